import { expect, test } from 'vitest'
import { modelServerKeyName } from '../support/codex-home.ts'
import { toolOutputs } from '../support/exec-case.ts'
import { codexBin } from '../support/run-codex.ts'
import { runOnTerminal } from '../support/run-on-terminal.ts'
import { scriptedSession, sentBody } from '../support/scripted-session.ts'

/** What the model is told of a question to a person who presses these keys. */
async function answered(keys: string): Promise<string | undefined> {
  const questions = [{ id: 'branch', question: 'Which branch?', options: [{ label: 'main' }, { label: 'next' }] }]
  const { server, home, workspace } = await scriptedSession([
    { calls: [{ name: 'request_user_input', arguments: { questions } }] },
    { text: 'Thank you.' },
  ])
  const place = {
    cwd: workspace.path,
    env: { PATH: process.env.PATH, HOME: home.homeDir, TERM: 'dumb', [modelServerKeyName]: 'key' },
  }
  const argv = [process.execPath, codexBin, 'ask me something']
  const { exitCode, shown } = await runOnTerminal(argv, { after: 'own words> ', keys }, place)
  expect(exitCode).toBe(0)
  expect(shown).toContain('The agent asks:')
  expect(shown).toContain('2 next')
  return toolOutputs(sentBody(server, 1)).call_1_0
}

test.for([
  ['a number', '2\n', '{"answers":{"branch":{"answers":["next"]}}}'],
  ['words of their own', 'the old one\n', '{"answers":{"branch":{"answers":["the old one"]}}}'],
  ['nothing', '\n', 'Passed over: branch'],
  ['the end of the input', '\u0004', 'does not want to answer'],
] as const)('a person on a terminal answers a question of the agent by %s', async ([, keys, told]) => {
  expect(await answered(keys)).toContain(told)
})
