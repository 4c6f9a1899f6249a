/**
 * `node bench/interrupts.ts [ROUNDS] [WORDS]`: interrupts the built program at each moment of a turn (those whose name holds WORDS) and prints how long it
 * took until the stream said so, until the last child was gone, and until the program was: median and longest, in milliseconds.
 */
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { makeCodexHome, modelServerConfig, modelServerKeyName } from '../test/support/codex-home.ts'
import { startModelServer } from '../test/support/model-server.ts'
import { codexBin } from '../test/support/run-codex.ts'
import { makeWorkspace } from '../test/support/temp-workspace.ts'
import { type InterruptCase, interruptCases, type Watched } from './interrupt-cases.ts'

interface Times {
  readonly saidMs: number
  readonly childrenMs: number
  readonly exitMs: number
  readonly remarks: readonly string[]
}

const [rounds = '5', words = ''] = process.argv.slice(2)
const milliseconds = (values: readonly number[]) => {
  const sorted = values.filter((value) => value >= 0).sort((a, b) => a - b)
  const [median = -1, longest = -1] = [sorted[Math.floor(sorted.length / 2)], sorted.at(-1)]
  return sorted.length === 0 ? '-' : `${Math.round(median)}/${Math.round(longest)}`
}
process.stdout.write(`${'interrupted while'.padEnd(42)} said     children exit\n`)
for (const each of interruptCases.filter(({ name }) => name.includes(words))) {
  const times: Times[] = []
  for (let round = 0; round < Number(rounds); round += 1) times.push(await interruptOnce(each, round))
  const column = (of: (time: Times) => number) => milliseconds(times.map(of)).padEnd(8)
  const remarks = [...new Set(times.flatMap((time) => time.remarks))].join(', ')
  process.stdout.write(
    `${each.name.padEnd(42)} ${column((t) => t.saidMs)} ${column((t) => t.childrenMs)} ${column((t) => t.exitMs)} ${remarks}\n`,
  )
}

async function interruptOnce(one: InterruptCase, round: number): Promise<Times> {
  const server = await startModelServer(one.turns, { whenSpent: 'repeat' })
  const fill = (text: string) => text.replaceAll('HOME', home.codexHome)
  const home = await makeCodexHome()
  const served = modelServerConfig(server.url)
  const isRetrying = one.config === 'RETRIES'
  const config = isRetrying ? served.replaceAll('max_retries = 0', 'max_retries = 3') : `${one.config ?? ''}\n${served}`
  await home.write({ 'config.toml': `${config}\n${one.tables ?? ''}` })
  await home.write(Object.fromEntries(Object.entries(one.home ?? {}).map(([name, text]) => [name, fill(text)])))
  const workspace = await makeWorkspace({ files: one.files ?? {} })
  const argv = [codexBin, 'exec', '--skip-git-repo-check', '--json', ...(one.argv ?? []), 'go']
  const child = spawn(process.execPath, argv, {
    cwd: workspace.path,
    env: { PATH: process.env.PATH, HOME: home.homeDir, CODEX_HOME: home.codexHome, [modelServerKeyName]: 'key' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const events: { type: string; item?: { type: string } }[] = []
  let text = ''
  let saidAt = -1
  let exitedAt = -1
  child.stderr.on('data', () => undefined)
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
    const lines = text.split('\n')
    text = lines.pop() ?? ''
    for (const line of lines) {
      events.push(JSON.parse(line))
      if (/turn\.interrupted/.test(line)) saidAt = performance.now()
    }
  })
  const exit = new Promise<number | null>((resolve) =>
    child.on('exit', (code) => {
      exitedAt = performance.now()
      resolve(code)
    }),
  )
  const watched: Watched = { events, server, workspace: workspace.path }
  while (!one.isThere(watched) && exitedAt < 0) await delay(1)
  if (one.name.includes('starts')) await delay(120 + 30 * round)
  // A place between the moment and the next one, another one in each round.
  else await delay(one.name.includes('decided') ? round : 5 + round)
  const remarks: string[] = []
  if (exitedAt >= 0) remarks.push('ended before')
  const began = performance.now()
  child.kill('SIGINT')
  let childrenAt = -1
  for (;;) {
    const left = processesOf(home.homeDir, child.pid ?? -1)
    if (left === 0 && exitedAt >= 0) {
      if (childrenAt < 0) childrenAt = performance.now()
      break
    }
    if (left > 0) childrenAt = -1
    else if (childrenAt < 0) childrenAt = performance.now()
    if (performance.now() - began > 12_000) {
      remarks.push(`${left} children left`)
      endProcessesOf(home.homeDir)
      break
    }
    await delay(1)
  }
  const code = await exit
  if (code !== 130) remarks.push(`exit ${code}`)
  if (saidAt < 0) remarks.push('not said')
  await server.close()
  await Promise.all([home.remove(), workspace.remove()])
  const since = (at: number) => (at < 0 ? -1 : at - began)
  return { saidMs: since(saidAt), childrenMs: since(childrenAt), exitMs: since(exitedAt), remarks }
}

function pidsOf(homeDir: string): readonly number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return []
    try {
      return readFileSync(`/proc/${name}/environ`, 'utf8').includes(homeDir) ? [Number(name)] : []
    } catch {
      return []
    }
  })
}

/** Of the turn: git that records its end for an undo runs on behind it. */
function processesOf(homeDir: string, own: number): number {
  return pidsOf(homeDir).filter((pid) => pid !== own && !isRecording(pid)).length
}

function isRecording(pid: number): boolean {
  try {
    return /^[^\0]*git\0/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'))
  } catch {
    return true
  }
}

function endProcessesOf(homeDir: string): void {
  for (const pid of pidsOf(homeDir)) process.kill(pid, 'SIGKILL')
}
