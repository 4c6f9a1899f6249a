import { expect, test } from 'vitest'
import type { HistoryItem } from '../plugin-api/index.ts'
import { fileLines, workMessage, workSoFar } from './work-so-far.ts'

const call = (id: string, name: string, given: unknown): HistoryItem => ({
  ...{ type: 'function_call', call_id: id, name, arguments: JSON.stringify(given) },
})
const output = (id: string, more: object = {}): HistoryItem => ({
  ...{ type: 'function_call_output', call_id: id, output: 'ok' },
  ...more,
})
const changed = (...changes: readonly { path: string; kind: string }[]) => ({ structured: { changes, report: '' } })

test('paths come out of calls and what they gave, each with all that was done, relative where they lie inside', () => {
  const items = [
    ...[call('1', 'read_file', { path: 'src/a.ts' }), output('1')],
    ...[call('2', 'any_tool', { paths: ['./src/a.ts', '/w/b.ts', '../out.ts'] }), output('2')],
    ...[call('3', 'apply_patch', { input: 'x' }), output('3', changed({ path: '/w/src/a.ts', kind: 'update' }))],
    ...[call('4', 'read_file', { path: 'gone.ts' }), output('4', { failed: true })],
    ...[call('5', 'read_file', 'no object'), output('5')],
  ]
  expect(fileLines(workSoFar(items, '/w'))).toEqual([
    ...['src/a.ts: read_file, any_tool, update', 'b.ts: any_tool', '/out.ts: any_tool'],
  ])
})

test('a patch of a record that keeps no data is read out of the call, whichever tool took it', () => {
  const patch =
    '*** Begin Patch\n*** Add File: new.ts\n+x\n*** Delete File: old.ts\n*** Update File: a.ts\n*** Move to: b.ts\n*** End Patch'
  const freeform: HistoryItem = { type: 'custom_tool_call', call_id: '1', name: 'apply_patch', input: patch }
  const lines = ['new.ts: add', 'old.ts: delete', 'a.ts: update', 'b.ts: move']
  expect(fileLines(workSoFar([freeform], '/w'))).toEqual(lines)
  expect(fileLines(workSoFar([call('1', 'shell', { command: ['apply_patch', patch] }), output('1')], '/w'))).toEqual(
    lines,
  )
})

test('what was told is read again, and a later plan takes the place of an earlier one', () => {
  const plan = (step: string) => call('p', 'update_plan', { plan: [{ step, status: 'pending' }] })
  const first = workSoFar([plan('one\n- two'), call('1', 'read_file', { path: 'a: b.ts' }), output('1')], '/w')
  const told = workMessage(first)
  if (!told) throw new Error('nothing told')
  expect(workSoFar([told], '/w')).toEqual(first)
  const second = workSoFar([told, plan('three'), call('2', 'read_file', { path: 'c.ts' }), output('2')], '/w')
  expect(second.plan).toEqual(['[pending] three'])
  expect(fileLines(second)).toEqual(['a: b.ts: read_file', 'c.ts: read_file'])
  expect(workMessage(workSoFar([], '/w'))).toBeUndefined()
})

test('of many files those that were changed are named first, and the rest is counted', () => {
  const reads = Array.from({ length: 400 }, (_, index) => call(`r${index}`, 'read_file', { path: `r${index}.ts` }))
  const write = [call('w', 'apply_patch', {}), output('w', changed({ path: '/w/z.ts', kind: 'add' }))]
  const work = workSoFar([...reads, ...write], '/w')
  expect(fileLines(work)).toHaveLength(150)
  expect(fileLines(work)[0]).toBe('z.ts: add')
  expect(JSON.stringify(workMessage(work))).toContain('(and 251 more)')
})
