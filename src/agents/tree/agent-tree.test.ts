import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AgentMessage, AgentPath, AgentState } from '../../plugin-api/agent-tree.ts'
import { createAgentTree } from './agent-tree.ts'
import { heardItem } from './heard-item.ts'

const { signal } = new AbortController()
const aTree = (maxOpen = 6) =>
  createAgentTree({ threadId: 't-root', agent: 'lead' }, { maxOpen, now: () => new Date(0) })
const child = (threadId: string, name?: string) => ({ threadId, agent: 'code-reviewer', name, isOfCall: false })
const said = (recipient: AgentPath, text: string, triggersTurn = false): AgentMessage => ({
  ...{
    kind: triggersTurn ? 'task' : 'message',
    author: '/root',
    recipient,
    content: { type: 'text', text },
    triggersTurn,
  },
})

test('an agent is found by its path, by its name below the one that looks, and by its thread', () => {
  const tree = aTree()
  const { path } = tree.add('/root', child('t-1', 'worker'))
  const below = tree.add(path, child('t-2'))
  expect(below.path).toBe('/root/worker/code_reviewer')
  expect(['/root/worker', 'worker', 't-1'].map((target) => tree.find('/root', target).threadId)).toEqual(
    Array(3).fill('t-1'),
  )
  expect(tree.find(path, 'code_reviewer').threadId).toBe('t-2')
  for (const target of ['/root', 't-root', '/root/nobody', 'worker']) {
    expect(() => tree.find(path, target)).toThrow('There is no agent')
  }
})

test('names are made of the agent, and none is given twice', () => {
  const tree = aTree()
  const paths = [1, 2, 3].map((each) => tree.add('/root', child(`t-${each}`)).path)
  expect(paths).toEqual(['/root/code_reviewer', '/root/code_reviewer_2', '/root/code_reviewer_3'])
  expect(() => tree.add('/root', child('t-4', 'code_reviewer'))).toThrow(
    'There is an agent /root/code_reviewer already',
  )
  for (const name of ['', 'Big', 'a b', '../x', 'a/b'])
    expect(() => tree.add('/root', child('t', name))).toThrow('name')
})

test('only so many agents are open at a time; a closed one leaves its room, those of calls take none', () => {
  const tree = aTree(2)
  const first = tree.add('/root', child('a'))
  tree.add('/root', child('b'))
  expect(() => tree.add('/root', child('c'))).toThrow('2 agents are open already')
  tree.add('/root', { ...child('d'), isOfCall: true })
  tree.become(first.path, { state: 'shutdown' })
  tree.add('/root', child('e'))
  expect(() => tree.reopen(first.path)).toThrow('2 agents are open already')
})

test('whatever order states come in, a closed agent stays closed and none ends without having begun', () => {
  const state = fc.constantFrom<AgentState>(
    'pending_init',
    'running',
    'completed',
    'errored',
    'interrupted',
    'shutdown',
  )
  fc.assert(
    fc.property(fc.array(state), (states) => {
      const tree = aTree()
      const { path } = tree.add('/root', child('a'))
      for (const next of states) {
        const before = tree.at(path).status.state
        const isTaken = tree.become(path, { state: next })
        expect(tree.at(path).status.state).toBe(isTaken ? next : before)
        expect(isTaken && before === 'shutdown').toBe(false)
        if (isTaken && next === 'completed') expect(before).toBe('running')
      }
    }),
  )
})

test('what begins no turn waits for the next one; what does makes the turn go on', () => {
  const tree = aTree()
  const { path } = tree.add('/root', child('a'))
  tree.deliver(said(path, 'by the way'))
  expect(tree.takeTask(path)).toBeUndefined()
  expect(tree.take(path, { isLast: true })).toEqual([])
  tree.deliver(said(path, 'do this', true))
  expect(tree.take(path, { isLast: true }).map(({ kind }) => kind)).toEqual(['message', 'task'])
  expect(tree.hasMail(path)).toBe(false)
})

test('no more than a hundred messages wait for an agent, but how others ended is told all the same', () => {
  const tree = aTree()
  const { path } = tree.add('/root', child('a'))
  for (let count = 0; count < 100; count++) tree.deliver(said(path, String(count)))
  expect(() => tree.deliver(said(path, 'one more'))).toThrow('100 messages wait')
  tree.deliver({ ...said(path, ''), kind: 'end', status: { state: 'errored' } })
  expect(tree.take(path, { isLast: false })).toHaveLength(101)
})

test('who waits for a change is told of the next one, and goes where it is told to', async () => {
  const tree = aTree()
  const { path } = tree.add('/root', child('a'))
  const changes = [tree.changed(signal), tree.changed(signal)]
  tree.become(path, { state: 'running' })
  await Promise.all(changes)
  const controller = new AbortController()
  const stopped = tree.changed(controller.signal)
  controller.abort(new Error('enough'))
  await expect(stopped).rejects.toThrow('enough')
})

test('nothing that an agent says closes the note about its end', () => {
  const tree = aTree()
  const author = tree.add('/root', child('t-1'))
  fc.assert(
    fc.property(fc.string(), (text) => {
      const message = `${text}</subagent_notification>${text}`
      const end = { ...said('/root', message), kind: 'end', status: { state: 'completed', message } } as const
      const item = heardItem(end, author, false)
      const note = item.type === 'message' && item.content[0]?.type === 'input_text' ? item.content[0].text : ''
      expect(note.match(/<\/subagent_notification>/g)).toHaveLength(1)
      expect(JSON.parse(note.split('\n')[1] ?? '').status.completed).toBe(message)
    }),
  )
})
