import { expect, test } from 'vitest'
import { openAskingGate } from '../../test/support/asking-gate.ts'
import { type ApprovalRequest, type ThreadItemBody, threadItemSchema } from '../plugin-api/index.ts'
import type { Approver } from '../security/approvals/approver.ts'
import { withShownApprovals } from './shown-approvals.ts'

const { signal } = new AbortController()

/** A question of the gate about this script. */
async function questionAbout(script: string): Promise<ApprovalRequest> {
  await using bench = await openAskingGate({ keepRules: async () => {} })
  await bench.gate.authorize({ kind: 'exec', script, shell: '/bin/bash', cwd: '/tmp' }, signal)
  const [request] = bench.asked
  if (request === undefined) throw new Error('nothing was asked')
  return request
}

async function shownFor(request: ApprovalRequest, approve: Approver): Promise<readonly ThreadItemBody[]> {
  const shown: ThreadItemBody[] = []
  const show = (_key: string, item: ThreadItemBody) => {
    shown.push(item)
  }
  await withShownApprovals(approve, { show })(request, signal)
  for (const item of shown) threadItemSchema.parse({ id: 'item_0', ...item })
  return shown
}

test('the item of a question says of each command its rule with file and line, and what a longer yes would cover', async () => {
  const request = await questionAbout('ls && git push origin main; npm publish')
  const [asked, resolved] = await shownFor(request, async () => ({
    ...{ decision: 'session', proposal: 'prefix', by: 'person' },
  }))
  const place = { file: expect.stringContaining('default.toml'), line: expect.any(Number) }
  expect(asked).toMatchObject({
    ...{ request_id: request.id, status: 'requested', decisions: ['once', 'turn', 'session', 'always', 'deny'] },
    commands: [
      { id: `${request.id}.1`, words: ['ls'], asked: false },
      {
        id: `${request.id}.2`,
        words: ['git', 'push', 'origin', 'main'],
        asked: true,
        rule: 'prompt git push',
        ...place,
      },
      { id: `${request.id}.3`, words: ['npm', 'publish'], asked: true, ...place },
    ],
  })
  const proposals = asked?.type === 'approval' ? (asked.proposals ?? []) : []
  expect(proposals.map(({ form }) => form)).toEqual(['exact', 'prefix', 'family'])
  expect(proposals[1]).toMatchObject({
    decisions: ['turn', 'session', 'always'],
    rules: [
      { command: `${request.id}.2`, rule: expect.stringContaining('["git", "push"]'), matches: expect.any(Array) },
      { command: `${request.id}.3`, matches: expect.arrayContaining(['npm publish']) },
    ],
  })
  expect(resolved).toEqual({ ...asked, status: 'resolved', decision: 'session', proposal: 'prefix', by: 'person' })
})

test('a question of one command without a longer yes has no proposals, and what the call would be given stays out', async () => {
  const request = await questionAbout('PATH=. git push')
  const [asked] = await shownFor({ ...request, detail: 'the argument' }, async () => undefined)
  expect(asked).not.toHaveProperty('proposals')
  expect(JSON.stringify(asked)).not.toContain('the argument')
})
