import { expect, test } from 'vitest'
import {
  type AgentCandidate,
  type AgentDefinition,
  agentSchema,
  type Definition,
  type Router,
} from '../plugin-api/index.ts'
import { routeAgent } from './route-agent.ts'

function agent(id: string, activation: object | undefined, trusted = true): Definition<AgentDefinition> {
  const value = agentSchema.parse({ agent: { id, name: id, description: 'd' }, prompt: { system: 's' }, activation })
  return { kind: 'agent', id, value, origin: { layer: 'project', file: `/${id}`, trusted }, shadows: [] }
}

/** A router that gives these scores, whichever agents it is handed. */
function routerOf(scores: Readonly<Record<string, number>>): Router & { readonly handed: string[] } {
  const handed: string[] = []
  const candidates = Object.entries(scores).map(([id, score]): AgentCandidate => ({ agent: id, score, reasons: [] }))
  return {
    id: 'r',
    handed,
    score(_prompt, _context, agents) {
      handed.push(...agents.map((each) => each.agent.id))
      return candidates
    },
  }
}

const nothing = { paths: [], changedFiles: [] }
const settings = { threshold: 0.6, suggestions: 2 }
const agents = [agent('a', {}), agent('b', {}), agent('c', {}), agent('patient', { threshold: 0.9 })]
const route = (scores: Readonly<Record<string, number>>, more = settings) =>
  routeAgent('p', nothing, more, { router: routerOf(scores), agents })

test('the best that reaches its threshold is chosen, and nothing is suggested beside it', async () => {
  expect(await route({ a: 0.6, b: 0.8, c: 0.7 })).toMatchObject({ chosen: { agent: 'b' }, suggestions: [] })
})

test("an agent's own threshold comes before the configuration's", async () => {
  expect((await route({ patient: 0.8, a: 0.7 })).chosen?.agent).toBe('a')
  expect((await route({ patient: 0.9, a: 0.7 })).chosen?.agent).toBe('patient')
})

test('of two that are nearly equal none is chosen: both are suggested', async () => {
  const near = await route({ c: 0.7, b: 0.7 })
  expect(near).toMatchObject({ isNearTie: true, suggestions: [{ agent: 'b' }, { agent: 'c' }] })
  expect(near.chosen).toBeUndefined()
  expect((await route({ c: 0.74, b: 0.7 })).isNearTie).toBe(true)
  expect((await route({ c: 0.75, b: 0.7 })).chosen?.agent).toBe('c')
})

test('one that stays below its own threshold makes no near tie', async () => {
  expect((await route({ patient: 0.7, a: 0.7 })).chosen?.agent).toBe('a')
})

test('where none is chosen the best are suggested, as many as are wanted', async () => {
  const scores = { a: 0.1, b: 0.5, c: 0.3, patient: 0 }
  expect((await route(scores)).suggestions.map((each) => each.agent)).toEqual(['b', 'c'])
  expect(await route(scores, { threshold: 0.6, suggestions: 0 })).toMatchObject({ suggestions: [] })
})

test('agents without activation and those of an untrusted repository are neither handed in nor taken from a router', async () => {
  const router = routerOf({ quiet: 1, foreign: 1, 'not-there': 1, a: 0.2 })
  const all = [agent('quiet', undefined), agent('foreign', {}, false), agent('a', {})]
  const { candidates } = await routeAgent('p', nothing, settings, { router, agents: all })
  expect(candidates.map((each) => each.agent)).toEqual(['a'])
  expect(router.handed).toEqual(['a'])
})

test('a score that is no number is none', async () => {
  expect(await route({ a: Number.NaN })).toEqual({ isNearTie: false, candidates: [], suggestions: [] })
})
