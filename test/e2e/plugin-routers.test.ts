import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type ScriptedSession, scriptedSession, sentBody } from '../support/scripted-session.ts'

const hero = `
[agent]
id = "hero"
name = "Hero"
description = "Of the repository"
[activation]
keywords = ["rescue"]
[prompt]
system = "You are the hero."
`

/** A session in an untrusted repository with an agent, and an installed router with this body of `score`. */
async function routed(score: string): Promise<ScriptedSession> {
  const session = await scriptedSession([{ text: 'Done.' }], { files: { '.codex/agents/hero.toml': hero } })
  const root = join(session.home.codexHome, 'routed')
  const contributes = { routers: [{ id: 'own', module: './router.js' }] }
  await session.home.write({
    'oclif/package.json': JSON.stringify({ oclif: { plugins: [{ type: 'link', name: 'routed', root }] } }),
    'routed/package.json': JSON.stringify({ name: 'routed', type: 'module', codex: { apiVersion: 1, contributes } }),
    'routed/router.js': `export const router = { id: 'own', score(prompt, context, agents) { ${score} } }`,
  })
  return session
}

test.each([
  ['throws', "throw new Error('lost my way')", 'Router own failed: lost my way'],
  ['answers what is no list', 'return 7', 'Router own failed'],
])('a router that %s is told, and the default agent runs', async (_, score, says) => {
  const session = await routed(score)
  const { exitCode, stdout } = await session.run(['review the security of this', '--json'])
  expect(exitCode).toBe(0)
  expect(stdout).toContain(says)
  expect(session.server.requests).toHaveLength(1)
  const asked = await session.run(['agents', 'route', 'review the security of this', '--json'])
  expect(asked).toMatchObject({ exitCode: 0, stderr: expect.stringContaining(says) })
  expect(JSON.parse(asked.stdout)).toEqual({ activated: null, candidates: [] })
})

test.each(['hero', 'project:hero', 'nobody'])(
  'a router cannot activate what it was not offered: %s of an untrusted repository',
  async (agent) => {
    const session = await routed(`return [{ agent: '${agent}', score: 1, reasons: [] }]`)
    const { exitCode, stdout } = await session.run(['please rescue the cat', '--json'])
    expect(exitCode).toBe(0)
    expect(stdout).not.toContain('"activation"')
    expect(JSON.stringify(sentBody(session.server, 0).input)).not.toContain('You are the hero.')
  },
)
