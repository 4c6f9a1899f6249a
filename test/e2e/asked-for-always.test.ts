import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { modelServerKeyName } from '../support/codex-home.ts'
import { codexBin } from '../support/run-codex.ts'
import { runOnTerminal } from '../support/run-on-terminal.ts'
import { scriptedSession } from '../support/scripted-session.ts'

test('a rule that a person chooses for always is written down, and the next thread is not asked', async () => {
  const push = { calls: [{ shell: 'git push nowhere main' }] }
  const { home, workspace, run } = await scriptedSession([push, { text: 'Done.' }, push, { text: 'Done.' }], {
    config: 'security_profile = "workspace-write"',
    home: {},
  })
  const place = {
    cwd: workspace.path,
    env: { PATH: process.env.PATH, HOME: home.homeDir, TERM: 'dumb', [modelServerKeyName]: 'key' },
  }
  const keys = [
    { after: 'Allow?', keys: '2\n' },
    { after: 'For how long?', keys: 'a\n' },
  ]
  const { exitCode, shown } = await runOnTerminal([process.execPath, codexBin, 'push it'], keys, place)
  expect(exitCode).toBe(0)
  expect(shown).toContain('2. git push nowhere main, git push …')
  const rules = await readFile(join(home.codexHome, 'rules/default.rules'), 'utf8')
  expect(rules).toBe('prefix_rule(pattern=["git", "push"], decision="allow")\n')
  const { stdout } = await run(['exec', '--json', 'push it again'])
  expect(stdout).not.toContain('"type":"denial"')
  expect(stdout).toContain('"type":"command_execution"')
})
