import { expect, test } from 'vitest'
import { type AgentCandidate, type AgentDefinition, agentSchema, type Definition } from '../plugin-api/index.ts'
import { routeAgent } from './route-agent.ts'

interface Given {
  /** Absent: no activation table. */
  readonly activation?: { readonly threshold?: number }
  readonly trusted?: boolean
}

function agent(id: string, { activation, trusted = true }: Given = {}): Definition<AgentDefinition> {
  const name = id.replace('project:', '')
  const value = agentSchema.parse({
    agent: { id: name, name, description: 'd' },
    ...(activation && { activation: { keywords: ['k'], ...activation } }),
  })
  return { kind: 'agent', id, value, origin: { layer: 'user', file: `/${name}.toml`, trusted }, shadows: [] }
}

/** A router that says these scores whatever it is asked. */
function route(scores: Readonly<Record<string, number>>, agents: readonly Definition<AgentDefinition>[]) {
  const asked: string[] = []
  const router = {
    id: 'fixed',
    score(_: string, __: object, given: readonly AgentDefinition[]): readonly AgentCandidate[] {
      asked.push(...given.map((each) => each.agent.id))
      return Object.entries(scores).map(([id, score]) => ({ agent: id, score, reasons: [] }))
    },
  }
  const settings = { threshold: 0.6, suggestions: 2 }
  const chosen = routeAgent('p', { paths: [], changedFiles: [] }, settings, { router, agents })
  return chosen.then((result) => ({ ...result, asked }))
}
const activation = {}

test('the best agent that reaches the threshold is chosen, and nothing is suggested beside it', async () => {
  const agents = [agent('a', { activation }), agent('b', { activation })]
  expect(await route({ a: 0.6, b: 0.7 }, agents)).toMatchObject({ chosen: { agent: 'b' }, suggestions: [] })
  expect((await route({ a: 0.6, b: 0.59 }, agents)).chosen).toMatchObject({ agent: 'a' })
})

test("an agent's own threshold comes before that of the configuration, in both directions", async () => {
  const agents = [agent('strict', { activation: { threshold: 0.9 } }), agent('eager', { activation: { threshold: 0 } })]
  expect((await route({ strict: 0.89 }, agents)).chosen).toBeUndefined()
  expect((await route({ strict: 0.89, eager: 0.01 }, agents)).chosen).toMatchObject({ agent: 'eager' })
})

test('below the threshold the best are suggested, as many as are wanted, equal scores by id', async () => {
  const agents = ['c', 'b', 'a', 'zero'].map((id) => agent(id, { activation }))
  const { chosen, suggestions } = await route({ c: 0.2, b: 0.2, a: 0.1, zero: 0 }, agents)
  expect(chosen).toBeUndefined()
  expect(suggestions.map((each) => each.agent)).toEqual(['b', 'c'])
})

test('agents without an activation table, and those of an untrusted repository, are not offered to the router', async () => {
  const agents = [
    agent('named-only'),
    agent('project:hero', { activation, trusted: false }),
    agent('a', { activation }),
  ]
  expect((await route({}, agents)).asked).toEqual(['a'])
})

test('what a router says of agents that it was not asked about counts for nothing', async () => {
  const agents = [
    agent('named-only'),
    agent('project:hero', { activation, trusted: false }),
    agent('a', { activation }),
  ]
  const scores = { 'project:hero': 1, hero: 1, 'named-only': 1, nobody: 1, a: Number.NaN }
  expect(await route(scores, agents)).toEqual({ suggestions: [], asked: ['a'] })
})
