import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { ApprovalAnswer, ApprovalRequest } from '../../src/plugin-api/index.ts'
import { agentSession, requestsOf, team, toldOf } from '../support/agent-script.ts'
import { collect } from '../support/collect.ts'
import type { ModelTurn } from '../support/model-server.ts'
import { runtimeOf } from '../support/runtime-of.ts'

const push = (remote: string): ModelTurn => ({ calls: [{ shell: `git push ${remote} main` }] })
const begin = (to: string) => [team('spawn', { to, say: 'go' }), team('wait', { to })]
const { signal } = new AbortController()

/** Two agents, one after the other, run commands that have to be asked about; who was asked for, and what each was told. */
async function asking(answer: ApprovalAnswer, remotes: readonly [string, string]) {
  const session = await agentSession({
    lead: [...begin('one'), ...begin('two'), { text: 'Done.' }],
    one: [push(remotes[0]), { text: 'did' }],
    two: [push(remotes[1]), { text: 'did' }],
  })
  const runtime = await runtimeOf(session, undefined, { securityProfile: 'workspace-write', neverAsk: false })
  const asked: ApprovalRequest[] = []
  const approve = async (request: ApprovalRequest) => {
    asked.push(request)
    return answer
  }
  await collect(runtime.run({ input: '@lead go', approve }, signal))
  const results = ['one', 'two'].map((id) => toldOf(requestsOf(session.server, id).at(-1)))
  return { session, asked: asked.map(({ agentPath }) => agentPath.at(-1)), results }
}

test('what a person grants one agent for the session is asked by no other of the run', async () => {
  const { asked, results } = await asking('session', ['nowhere', 'nowhere'])
  expect(asked).toEqual(['one'])
  for (const result of results) expect(result).toContain('nowhere')
})

test('a rule that a person has kept for one agent holds at once for the others', async () => {
  const always = { decision: 'always', proposal: 'prefix', by: 'person' } as const
  const { asked, results, session } = await asking(always, ['nowhere', 'elsewhere'])
  expect(asked).toEqual(['one'])
  expect(results[1]).toContain('elsewhere')
  expect(await readFile(join(session.home.codexHome, 'rules/default.rules'), 'utf8')).toContain('"git", "push"')
})

test('what is granted once is asked for again by another agent', async () => {
  expect((await asking('once', ['nowhere', 'nowhere'])).asked).toEqual(['one', 'two'])
})
