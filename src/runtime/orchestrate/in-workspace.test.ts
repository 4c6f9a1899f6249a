import { expect, test } from 'vitest'
import type { ThreadEvent } from '../../plugin-api/index.ts'
import type { TaskResult } from '../../plugin-api/run.ts'
import { inWorkspace, namesOf } from './in-workspace.ts'

const root = '/h/.codex/worktrees/r/a'

test.each([
  [`see ${root}/src/x.ts:3`, 'see src/x.ts:3'],
  [`in ${root}.`, 'in ..'],
  [`in ${root}/`, 'in .'],
  [`"${root}" and '${root}/b c'`, `"." and 'b c'`],
  [`${root}.2/src/x.ts of the second attempt`, `${root}.2/src/x.ts of the second attempt`],
  [`${root}-other/x ${root}b/x`, `${root}-other/x ${root}b/x`],
  ['/h/.codex/worktrees/r', '/h/.codex/worktrees/r'],
])('%j is %j in the workspace', (text, expected) => {
  expect(namesOf(text, root)).toBe(expected)
})

test('items and results are renamed, however deep; what a thread does beside stays as it is', async () => {
  const error = { type: 'item.completed', item: { id: 'i', type: 'error', message: `no ${root}/x` } } as const
  const started = { type: 'thread.started', thread_id: root } as const
  async function* thread(): AsyncGenerator<ThreadEvent, TaskResult> {
    yield started
    yield error
    return { status: 'done', text: `wrote ${root}/x`, findings: [] }
  }
  const events = inWorkspace(thread(), root)
  expect((await events.next()).value).toEqual(started)
  expect((await events.next()).value).toEqual({ ...error, item: { ...error.item, message: 'no x' } })
  expect((await events.next()).value).toEqual({ status: 'done', text: 'wrote x', findings: [] })
})

test('a reader who leaves ends the thread', async () => {
  let isEnded = false
  async function* thread(): AsyncGenerator<ThreadEvent, TaskResult> {
    try {
      yield { type: 'thread.started', thread_id: 't' }
      return { status: 'done', text: '', findings: [] }
    } finally {
      isEnded = true
    }
  }
  for await (const _ of inWorkspace(thread(), root)) break
  expect(isEnded).toBe(true)
})
