import { expect, test } from 'vitest'
import { scriptedSession } from '../support/scripted-session.ts'

test('extensions with an id explains that contribution, and what it prints turns it off and on', async () => {
  const session = await scriptedSession([])
  const explain = async () => (await session.run(['extensions', 'tools/exec_command'])).stdout
  expect(await explain()).toMatch(/^tools\/exec_command\n {2}status +active\n {2}from +@codex-kernel\/core-tools /)
  const key = 'plugins."@codex-kernel/core-tools".enabled'
  expect(await explain()).toContain(`codex config set '${key}' false`)
  expect((await session.run(['config', 'set', key, 'false'])).exitCode).toBe(0)
  expect(await explain()).toMatch(/status +disabled\n {2}reason +turned off in the configuration\n/)
  expect(await explain()).toContain(`codex config set '${key}' true`)
})

test('a file that is hidden by another one is told with it', async () => {
  const session = await scriptedSession([], { home: { 'commands/review.md': 'Look at {{input}}' } })
  const { stdout } = await session.run(['extensions', 'review'])
  expect(stdout).toMatch(/shadows +builtin:review/)
  expect(stdout).not.toContain('turn it off')
})

test('an id that nothing has is an error with the nearest ones; a point without contributions is none', async () => {
  const session = await scriptedSession([])
  const { exitCode, stderr } = await session.run(['extensions', 'security-analist'])
  expect(exitCode).toBe(2)
  expect(stderr).toContain('Did you mean security-analyst?')
  expect(await session.run(['extensions', 'hooks'])).toMatchObject({ exitCode: 0, stdout: 'No contributions.\n' })
})
