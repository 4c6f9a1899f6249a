import { spawnSync } from 'node:child_process'
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Row } from './measure.ts'
import { type ProcessResult, runProcess } from './run-process.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const codexBin = join(root, 'bin', 'codex.js')
const wantedLines = 100_000

/** All rules over 100,000 lines of TypeScript, without what was kept and with it, beside ripgrep over the same files. */
export async function* measureScan(): AsyncGenerator<Row> {
  const place = mkdtempSync(join(tmpdir(), 'bench-scan-'))
  try {
    const [code, home] = [join(place, 'code'), join(place, 'home')]
    mkdirSync(home)
    const lines = copyCode(code)
    const argv = [codexBin, 'scan', '--category', 'all', '-C', code]
    const env = { HOME: place, CODEX_HOME: home }
    const run = (how: { memory: boolean }): Promise<ProcessResult> =>
      runProcess({ name: 'scan', argv, env, prints: 'Looked for secrets in' }, how)
    const first = await run({ memory: true })
    const second = await run({ memory: false })
    const searchMs = timeOfSearch(code)
    const what = `\`codex scan --category all\`, ${lines.toLocaleString('en-US')} lines of TypeScript, all rules, secrets and dependencies`
    yield { what, unit: 'ms', value: first.ms, budget: 10_000, from: `ripgrep for one word: ${searchMs}` }
    yield { what: 'The same again, from what was kept', unit: 'ms', value: second.ms, budget: 1000, from: 'one run' }
    yield { what: 'Its peak resident memory', unit: 'MiB', value: first.peakMiB, budget: 500, from: 'the first run' }
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}

/** Our own code, and that of a package that ships its sources, until there are enough lines. */
function copyCode(target: string): number {
  const files = [
    'src/**/*.ts',
    'plugins/*/src/**/*.ts',
    'node_modules/openai/src/**/*.ts',
    'node_modules/zod/src/**/*.ts',
  ]
  let lines = 0
  for (const file of files.flatMap((pattern) => globSync(pattern, { cwd: root }).sort())) {
    if (lines >= wantedLines) break
    const count = readFileSync(join(root, file), 'utf8').split('\n').length
    // A large file at the end would make it another size each time.
    if (lines + count > wantedLines * 1.005) continue
    cpSync(join(root, file), join(target, file.replace('node_modules', 'packages')))
    lines += count
  }
  return lines
}

function timeOfSearch(directory: string): string {
  const started = performance.now()
  const { error } = spawnSync('rg', ['-c', 'exec', directory])
  return error ? 'not installed' : `${(performance.now() - started).toFixed(0)} ms`
}
