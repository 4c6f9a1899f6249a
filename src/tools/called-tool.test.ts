import { expect, test } from 'vitest'
import type { ToolCallItem } from '../plugin-api/index.ts'
import { calledTool } from './called-tool.ts'

const tools = [
  { id: 'read_file' },
  { id: 'agents_v1_spawn', namespace: 'multi_agent_v1', wireName: 'spawn_agent' },
  { id: 'agents_v2_spawn', namespace: 'collaboration', wireName: 'spawn_agent' },
]

const call = (name: string, namespace?: string | null): ToolCallItem => ({
  ...{ type: 'function_call', name, arguments: '{}', call_id: 'c' },
  ...(namespace !== undefined && { namespace }),
})

test.each([
  ['a group tells tools of the same name apart', call('spawn_agent', 'collaboration'), 'agents_v2_spawn'],
  ['a name without a group is the first one called so', call('spawn_agent'), 'agents_v1_spawn'],
  ['an id is always good', call('agents_v2_spawn'), 'agents_v2_spawn'],
  ['a group that nobody has says nothing', call('read_file', 'functions'), 'read_file'],
  ['a group that is null is none', call('read_file', null), 'read_file'],
  ['what nobody has is called as it was', call('write_file', 'collaboration'), 'write_file'],
])('%s', (_, given, id) => {
  expect(calledTool(given, tools)).toBe(id)
})
