/**
 * `node scripts/cross-resume.ts CODEX`: threads of the real Codex are gone on with by this program, and the other way round, against a
 * scripted model on loopback. CODEX is the path of its program; where that is not there, the script says so and ends with 0.
 */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { makeCodexHome, modelServerConfig, modelServerKeyName } from '../test/support/codex-home.ts'
import { startModelServer } from '../test/support/model-server.ts'
import { makeWorkspace } from '../test/support/temp-workspace.ts'

const own = [process.execPath, fileURLToPath(new URL('../bin/codex.js', import.meta.url))]
const [peer] = process.argv.slice(2)
const patch =
  '*** Begin Patch\n*** Update File: a.txt\n@@\n-one\n+uno\n two\n*** Add File: b.txt\n+bee\n*** End Patch\n'
const script = [
  { reasoning: 'A thought', calls: [{ shell: 'echo hello; cat a.txt' }], usage: { input: 100, output: 20 } },
  { calls: [{ name: 'apply_patch', input: patch }], usage: { input: 100, output: 20 } },
  { text: 'first done', usage: { input: 100, output: 20 } },
  { text: 'gone on', usage: { input: 100, output: 20 } },
]

if (peer === undefined || !existsSync(peer)) {
  process.stdout.write(`Passed over: there is no Codex at ${peer ?? '(no path was given)'}\n`)
} else {
  for (const [name, first, second, fork] of [
    ['a thread of Codex, gone on with here', [peer], own],
    ['a thread of this program, gone on with by Codex', own, [peer]],
    ['a fork that this program made of a thread of its own, gone on with by Codex', own, [peer], own],
    ['a fork that this program made of a thread of Codex, gone on with by Codex', [peer], [peer], own],
    ['a fork that Codex made of a thread of this program, gone on with here', own, own, [peer]],
  ] as const) {
    const { isWhole, types } = await crossResume(first, second, fork)
    process.stdout.write(`${isWhole ? 'ok' : 'NOT WHOLE'}: ${name}: ${types.join(' ')}\n`)
    if (!isWhole) process.exitCode = 1
  }
}

/** Runs a turn with the first program, forks it with the one that forks, if any, goes on with the second, and looks at what the model was sent then. */
async function crossResume(first: readonly string[], second: readonly string[], fork?: readonly string[]) {
  const server = await startModelServer(script, { whenSpent: 'repeat' })
  const config = `sandbox_mode = "danger-full-access"\n${modelServerConfig(server.url).replace('scripted-model', 'gpt-5.5')}`
  const home = await makeCodexHome({ 'config.toml': config })
  const workspace = await makeWorkspace({ files: { 'a.txt': 'one\ntwo\n' } })
  const env = { PATH: process.env.PATH, HOME: home.homeDir, CODEX_HOME: home.codexHome, [modelServerKeyName]: 'key' }
  const run = (program: readonly string[], argv: readonly string[]) =>
    output([...program, ...argv], workspace.path, env)
  try {
    const exec = ['exec', '--skip-git-repo-check', '--json']
    const idIn = (text: string) => /"thread_id":"([^"]+)"/.exec(text)?.[1] ?? ''
    const begun = idIn(await run(first, [...exec, 'do it']))
    const id = fork ? idIn(await run(fork, [...exec, 'fork', begun])) : begun
    await run(second, [...exec, 'resume', id, 'go on'])
    const sent = server.requests.at(-1)?.body.input
    const items = Array.isArray(sent) ? (sent as readonly { readonly type: string }[]) : [] // items have a type
    const text = JSON.stringify(items)
    const wanted = ['do it', 'sealed-1', 'echo hello', 'Begin Patch', 'first done', 'go on']
    const isWhole = server.requests.length === 4 && wanted.every((each) => text.includes(each))
    return { isWhole, types: items.map(({ type }) => type) }
  } finally {
    await server.close()
    await home.remove()
    await workspace.remove()
  }
}

function output(argv: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<string> {
  const [program = '', ...words] = argv
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { cwd, env, stdio: ['ignore', 'pipe', 'inherit'] })
    let text = ''
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
    })
    child.once('error', reject).once('close', () => resolve(text))
  })
}
