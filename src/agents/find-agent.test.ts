import { expect, test } from 'vitest'
import { type AgentDefinition, agentSchema, type Definition } from '../plugin-api/index.ts'
import { findAgent } from './find-agent.ts'

function agent(id: string, aliases: readonly string[] = []): Definition<AgentDefinition> {
  const value = agentSchema.parse({ agent: { id, name: id, description: 'd', aliases } })
  return { kind: 'agent', id, value, origin: { layer: 'user', file: `/${id}.toml`, trusted: true }, shadows: [] }
}
const agents = [agent('first', ['one', 'second']), agent('second', ['two'])]

test('an agent is found by its id and by its alias, an id before the alias of another', () => {
  expect(findAgent('first', agents).id).toBe('first')
  expect(findAgent('one', agents).id).toBe('first')
  expect(findAgent('second', agents).id).toBe('second')
})

test('one that is not there is an error that offers the nearest ids and aliases', () => {
  const error = expect.objectContaining({ code: 'usage.unknown_agent', exitCode: 2 })
  expect(() => findAgent('secnd', agents)).toThrow(error)
  expect(() => findAgent('secnd', agents)).toThrow(
    expect.objectContaining({ hint: expect.stringContaining('Did you mean second') }),
  )
  expect(() => findAgent('secnd', [])).toThrow(expect.objectContaining({ hint: 'List them: codex agents list' }))
})
