import { expect, test } from 'vitest'
import { type AgentDefinition, agentSchema, type Definition, type Origin } from '../plugin-api/index.ts'
import { findAgent } from './find-agent.ts'

function agent(id: string, aliases: readonly string[], origin: Partial<Origin> = {}): Definition<AgentDefinition> {
  const value = agentSchema.parse({
    agent: { id, name: id, description: 'd', aliases },
    prompt: { system: 's' },
  })
  return { kind: 'agent', id, value, origin: { layer: 'user', file: `/${id}`, trusted: true, ...origin }, shadows: [] }
}

test('an agent is found by its id, then by an alias', () => {
  const agents = [agent('alpha', ['beta', 'first']), agent('beta', [])]
  expect(findAgent('beta', agents).id).toBe('beta')
  expect(findAgent('first', agents).id).toBe('alpha')
})

test('of two agents with one alias the one of the higher layer is meant', () => {
  const agents = [agent('a', ['x'], { layer: 'builtin' }), agent('b', ['x'], { layer: 'project' }), agent('c', ['x'])]
  expect(findAgent('x', agents).id).toBe('b')
})

test('an unknown id is told with those that are near', () => {
  expect(() => findAgent('securty', [agent('security', [])])).toThrow(
    expect.objectContaining({ code: 'usage.unknown_agent', hint: expect.stringContaining('Did you mean security?') }),
  )
})
