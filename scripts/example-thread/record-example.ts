import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { makeCodexHome, modelServerConfig, modelServerKeyName } from '../../test/support/codex-home.ts'
import { startModelServer } from '../../test/support/model-server.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const patch = `*** Begin Patch
*** Update File: average.js
@@
-  for (let index = 0; index <= numbers.length; index += 1) sum += numbers[index]
+  for (const number of numbers) sum += number
*** End Patch`

/** What the model of the recording says. Its commands give the same under every Node that the program runs on. */
const said = [
  {
    reasoning: 'Run the test first, to see how it fails.',
    text: 'I run the test first.',
    calls: [
      { shell: "node --test --test-reporter=tap average.test.js 2>&1 | grep -E 'expected|actual|error:'" },
      { name: 'read_file', arguments: { path: 'average.js' } },
    ],
    usage: { input: 4100, output: 64, reasoning: 20 },
  },
  {
    reasoning: 'The loop runs one step too far: numbers[3] is undefined, so the sum is NaN.',
    text: 'The loop goes one step too far, so `undefined` is added.',
    calls: [{ name: 'apply_patch', input: patch }],
    usage: { input: 4400, cached: 4100, output: 120, reasoning: 31 },
  },
  {
    calls: [{ shell: "node --test --test-reporter=tap average.test.js | grep -E '^# (pass|fail)'" }],
    usage: { input: 4600, cached: 4400, output: 40 },
  },
  {
    text: 'The test passes now. `average` read one element past the end of the list, so the sum became `NaN`:\n\n- `average.js`: the loop goes over the numbers themselves, without an index.\n\nAn empty list still gives `NaN`; say so if it should be `0`.',
    usage: { input: 4700, cached: 4600, output: 90 },
  },
]

/** The recording of the documentation, made anew by the built program in a copy of docs/examples/averages: its tools are real. */
export async function recordExample(): Promise<string> {
  const workspace = await realpath(await mkdtemp(join(tmpdir(), 'example-recording-')))
  const server = await startModelServer(said)
  const home = await makeCodexHome({ 'config.toml': modelServerConfig(server.url) })
  try {
    await cp(join(root, 'docs', 'examples', 'averages'), workspace, { recursive: true })
    const file = join(home.homeDir, 'recording.jsonl')
    const prompt = 'The test of average.js fails. Find out why and mend it.'
    const argv = ['exec', '--skip-git-repo-check', '-s', 'workspace-write', '--record', file, prompt]
    const env = { PATH: process.env.PATH, HOME: home.homeDir, CODEX_HOME: home.codexHome, [modelServerKeyName]: 'key' }
    const running = promisify(execFile)(process.execPath, [join(root, 'bin', 'codex.js'), ...argv], {
      cwd: workspace,
      env,
    })
    running.child.stdin?.end()
    await running
    return await readFile(file, 'utf8')
  } finally {
    await server.close()
    await home.remove()
    await rm(workspace, { recursive: true, force: true })
  }
}
