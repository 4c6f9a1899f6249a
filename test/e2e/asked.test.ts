import { expect, test } from 'vitest'
import { modelServerKeyName } from '../support/codex-home.ts'
import { codexBin } from '../support/run-codex.ts'
import { runOnTerminal } from '../support/run-on-terminal.ts'
import { scriptedSession } from '../support/scripted-session.ts'

/** A command that is shown before it runs, to a person who presses these keys. */
async function pressed(keys: string) {
  const config = '[commands]\ndefault_mode = "render"\n'
  const { server, home, workspace } = await scriptedSession([{ text: 'Explained.' }], { home: {} })
  await home.write({ 'kernel.toml': config, 'commands/hello.md': '---\n---\nSay hello.\n' })
  const place = {
    cwd: workspace.path,
    env: { PATH: process.env.PATH, HOME: home.homeDir, TERM: 'dumb', [modelServerKeyName]: 'key' },
  }
  const argv = [process.execPath, codexBin, '/hello']
  const { exitCode, shown } = await runOnTerminal(argv, { after: 'Run this?', keys }, place)
  return { exitCode, shown, requests: server.requests.length }
}

test('a prompt that a person agrees to runs', async () => {
  const { exitCode, shown, requests } = await pressed('y\n')
  expect(shown).toContain('Say hello.')
  expect(shown).toContain('Explained.')
  expect({ exitCode, requests }).toEqual({ exitCode: 0, requests: 1 })
})

test.for([
  ['no', 'n\n', 0],
  ['nothing', '\n', 0],
  ['the end of the input', '\u0004', 0],
  ['Ctrl-C', '\u0003', 130],
] as const)('%s to the prompt of a command is a no: nothing is asked of a model', async ([, keys, expected]) => {
  const { exitCode, shown, requests } = await pressed(keys)
  expect({ exitCode, requests }).toEqual({ exitCode: expected, requests: 0 })
  expect(shown).not.toContain('this should not happen')
})
