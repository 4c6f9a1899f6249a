import { expect, test } from 'vitest'
import { completedItems, execCase, inputOf, toolOutputs } from '../support/exec-case.ts'
import { sentBody } from '../support/scripted-session.ts'

type Case = Awaited<ReturnType<typeof execCase>>

function toolNames({ server }: Case, request: number): readonly string[] {
  const { tools } = sentBody(server, request)
  return Array.isArray(tools) ? tools.map(({ name }) => String(name)) : []
}

function searchText({ server }: Case, request: number): string {
  const { tools } = sentBody(server, request)
  const found = Array.isArray(tools) ? tools.find(({ name }) => name === 'tool_search') : undefined
  return String(found?.description)
}

test('analysis tools wait, tool_search says which, and one that it finds is behind the others from then on', async () => {
  const session = await execCase([
    { calls: [{ name: 'tool_search', arguments: { query: 'which lines do tests cover', limit: 1 } }] },
    { calls: [{ name: 'tool_search', arguments: { query: 'secret_scan code_metrics', limit: 2 } }] },
    { text: 'done' },
  ])
  const { exec, server } = session
  const result = await exec(['hi'])
  const first = toolNames(session, 0)
  expect(first).toContain('code_scan')
  expect(first).not.toContain('coverage_report')
  expect(searchText(session, 0)).toContain('coverage_report')
  expect(toolNames(session, 1)).toEqual([...first, 'coverage_report'])
  expect(toolNames(session, 2)).toEqual([...first, 'coverage_report', 'code_metrics', 'secret_scan'])
  expect(searchText(session, 2)).toBe(searchText(session, 0))
  expect(Object.values(toolOutputs(sentBody(server, 1)))[0]).toMatch(
    /^These can be called from now on:\ncoverage_report: /,
  )
  expect(completedItems(result, 'tool_call')).toMatchObject([
    { tool: 'tool_search', summary: 'coverage_report', status: 'completed' },
    { tool: 'tool_search', summary: 'code_metrics, secret_scan', status: 'completed' },
  ])
})

test('a thread that goes on still has what it found, in the same order', async () => {
  const session = await execCase([
    { calls: [{ name: 'tool_search', arguments: { query: 'test_map' } }] },
    { calls: [{ name: 'tool_search', arguments: { query: 'attack_surface' } }] },
    { text: 'done' },
    { text: 'again' },
  ])
  const { events } = await session.exec(['hi'])
  await session.exec(['resume', String(events[0]?.thread_id), 'more'])
  expect(toolNames(session, 3)).toEqual(toolNames(session, 2))
})

test('a search without a match names what there is, and nothing more is sent', async () => {
  const session = await execCase([
    { calls: [{ name: 'tool_search', arguments: { query: 'weather' } }] },
    { text: 'done' },
  ])
  await session.exec(['hi'])
  expect(toolNames(session, 1)).toEqual(toolNames(session, 0))
  expect(Object.values(toolOutputs(sentBody(session.server, 1)))[0]).toMatch(
    /^No further tool fits "weather"\. There are: /,
  )
})

test('a waiting tool that is called all the same runs, since it may be used', async () => {
  const session = await execCase([{ calls: [{ name: 'dependency_scan', arguments: {} }] }, { text: 'done' }], {
    files: { 'package.json': '{"dependencies":{"left-pad":"*"}}' },
  })
  const result = await session.exec(['hi'])
  expect(completedItems(result, 'tool_call')).toMatchObject([{ tool: 'dependency_scan', status: 'completed' }])
})

test('an agent that names a tool has it from the beginning, and no search where nothing else waits', async () => {
  const agent = '[agent]\nid = "mapper"\nname = "Mapper"\ndescription = "Maps"\n'
  const prompt = '[prompt]\nsystem = "Map."\n'
  const session = await execCase([{ text: 'ok' }], {
    server: { whenSpent: 'repeat' },
    home: {
      'agents/named.toml': `${agent}[permissions]\nfile_access = "read-only"\nallowed_tools = { test_map = true, tool_search = true }\n${prompt}`,
      'agents/pattern.toml': `${agent.replaceAll('mapper', 'pattern')}[permissions]\nfile_access = "read-only"\nallowed_tools = { "*" = true }\n${prompt}`,
      'agents/unsearched.toml': `${agent.replaceAll('mapper', 'unsearched')}[permissions]\nfile_access = "read-only"\nallowed_tools = { "test_*" = true }\n${prompt}`,
    },
  })
  await session.exec(['@mapper hi'])
  expect(toolNames(session, -1)).toEqual(['test_map'])
  await session.exec(['@pattern hi'])
  expect(toolNames(session, -1)).toContain('tool_search')
  expect(toolNames(session, -1)).not.toContain('test_map')
  await session.exec(['@unsearched hi'])
  expect(toolNames(session, -1)).toEqual(['test_map'])
})

test('what a call found is not sent as a field of its output', async () => {
  const session = await execCase([
    { calls: [{ name: 'tool_search', arguments: { query: 'test_map' } }] },
    { text: 'done' },
  ])
  await session.exec(['hi'])
  const output = inputOf(sentBody(session.server, 1)).find(({ type }) => type === 'function_call_output')
  expect(Object.keys(output ?? {}).sort()).toEqual(['call_id', 'output', 'type'])
})
