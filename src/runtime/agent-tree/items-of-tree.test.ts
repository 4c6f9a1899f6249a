import { expect, test } from 'vitest'
import { collect } from '../../../test/support/collect.ts'
import { sampleFinding } from '../../../test/support/sample-findings.ts'
import { createAgentSlots } from '../../agents/agent-slots.ts'
import { createTeam } from '../../agents/team/team.ts'
import { createAgentTree } from '../../agents/tree/agent-tree.ts'
import type { ThreadEvent } from '../../plugin-api/index.ts'
import { createItemLedger } from '../../tools/item-ledger.ts'
import { createItemsBesides } from '../../tools/items-besides.ts'
import { lastItems } from './items-of-tree.ts'
import { createRunTree, type RunAgentTurn } from './run-tree.ts'

/** A run with one agent that finds something only once it is told to stop. */
async function runWithLateAgent(stop: AbortSignal) {
  const items = createItemsBesides()
  const tree = createAgentTree({ threadId: 'root', agent: 'lead' }, { maxOpen: 6, now: () => new Date(0) })
  const team = createTeam({ perRun: 10, perPair: 10 }, () => 0)
  const run = createRunTree({ tree, team, slots: createAgentSlots(2), talk: 'all', deaf: new Set() }, stop)
  const runTurn: RunAgentTurn = async function* (_turn, _slot, signal): AsyncGenerator<ThreadEvent> {
    yield { type: 'turn.started', turn_id: 'u' }
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
    yield { type: 'item.completed', item: { id: 'item_0', type: 'finding', finding: sampleFinding() } }
    yield { type: 'turn.interrupted', reason: 'interrupted' }
  }
  const found = (finding: ReturnType<typeof sampleFinding>) => items.show('late', { type: 'finding', finding }, true)
  const { path } = run.add('/root', {
    ...{ threadId: 't', agent: 'helper', isOfCall: false, tells: 'notice', isNew: true, runTurn },
    sink: { found, denied: () => undefined },
  })
  const content = { type: 'text', text: 'go' } as const
  run.tell({ kind: 'task', author: '/root', recipient: path, content, triggersTurn: true })
  while (tree.at(path).status.state !== 'running') await tree.changed(new AbortController().signal)
  return { run, path, last: lastItems(items, run.end, createItemLedger(), stop) }
}

test('what an agent finds as the run ends is still shown', async () => {
  const { run, path, last } = await runWithLateAgent(new AbortController().signal)
  const shown = await collect(last())
  expect(shown.map((event) => 'item' in event && event.item.type)).toEqual(['finding'])
  expect(run.tree.at(path).status.state).toBe('interrupted')
})

test('an interrupt waits for no agent', async () => {
  const stop = new AbortController()
  const { last } = await runWithLateAgent(stop.signal)
  stop.abort(new Error('stopped'))
  // Its turn has not ended by then: that takes at least one more step of the event loop.
  expect(await collect(last())).toEqual([])
})
