import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type ExecpolicyCase, execpolicyCases } from '../test/support/execpolicy-cases.ts'

/**
 * Asks a real Codex for its answer to each case of `test/support/execpolicy-cases.ts` and writes them into
 * `test/fixtures/execpolicy-answers.json`, which `test/execpolicy-differences.test.ts` compares ours with:
 * `node scripts/record-execpolicy.ts PATH_OF_CODEX`.
 */
const [program] = process.argv.slice(2)
if (program === undefined) throw new Error('Name the program: node scripts/record-execpolicy.ts PATH_OF_CODEX')

const home = mkdtempSync(join(tmpdir(), 'execpolicy-'))
const env = { PATH: process.env.PATH, HOME: home, CODEX_HOME: home }

/** Standard output and exit code. */
async function run(argv: readonly string[]): Promise<{ readonly stdout: string; readonly exitCode: number }> {
  const child = spawn(program ?? '', argv, { env, stdio: ['ignore', 'pipe', 'ignore'] })
  const [stdout, [exitCode]] = await Promise.all([text(child.stdout), once(child, 'exit')])
  return { stdout, exitCode: Number(exitCode) }
}

/** What is printed, or the exit code where nothing is. */
async function answerOf({ files, resolves, command }: ExecpolicyCase, index: number): Promise<unknown> {
  const named = files.flatMap((content, at) => {
    const file = join(home, `${index}-${at}.rules`)
    writeFileSync(file, content)
    return ['-r', file]
  })
  const flags = resolves ? ['--resolve-host-executables'] : []
  const { stdout, exitCode } = await run(['execpolicy', 'check', ...named, ...flags, ...command])
  return exitCode === 0 ? JSON.parse(stdout) : exitCode
}

try {
  const answers: unknown[] = []
  for (let index = 0; index < execpolicyCases.length; index += 2) {
    const both = execpolicyCases.slice(index, index + 2).map((each, at) => answerOf(each, index + at))
    answers.push(...(await Promise.all(both)))
  }
  const version = (await run(['--version'])).stdout.trim()
  const lines = answers.map((answer) => `    ${JSON.stringify(answer)}`).join(',\n')
  const content = `{\n  "recordedFrom": ${JSON.stringify(version)},\n  "answers": [\n${lines}\n  ]\n}\n`
  writeFileSync(new URL('../test/fixtures/execpolicy-answers.json', import.meta.url), content)
} finally {
  rmSync(home, { recursive: true })
}
