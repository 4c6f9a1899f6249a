import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** A program to measure: Node, or another one, what stands behind it, and what its output must hold. */
export interface Subject {
  readonly name: string
  /** Absent: this Node. */
  readonly program?: string
  readonly argv: readonly string[]
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  /** Text that stdout must contain, so that a program that did something else is not measured. */
  readonly prints: string
}

export interface ProcessResult {
  readonly ms: number
  /** Peak resident memory of the process itself, without children; NaN where it was not asked for. */
  readonly peakMiB: number
}

const reporter = fileURLToPath(new URL('report-memory.js', import.meta.url))

/** Runs a subject from start to exit, with a bare environment and no input. */
export async function runProcess(subject: Subject, how: { readonly memory: boolean }): Promise<ProcessResult> {
  const argv = how.memory ? ['--import', reporter, ...subject.argv] : subject.argv
  const started = performance.now()
  const child = spawn(subject.program ?? process.execPath, argv, {
    cwd: subject.cwd,
    env: { PATH: process.env.PATH, ...subject.env },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  })
  const texts = ['', '', '', '']
  for (const index of [1, 2, 3])
    child.stdio[index]?.on('data', (chunk) => {
      texts[index] += String(chunk)
    })
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve)
  })
  const ms = performance.now() - started
  const [, stdout = '', stderr = '', peak = ''] = texts
  if (exitCode !== 0 || !stdout.includes(subject.prints)) {
    throw new Error(`${subject.name} ended with ${exitCode}:\n${stdout.slice(0, 2000)}\n${stderr}`)
  }
  return { ms, peakMiB: how.memory ? Number(peak) / 1024 : Number.NaN }
}
