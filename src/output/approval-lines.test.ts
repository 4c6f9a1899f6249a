import { expect, test } from 'vitest'
import type { ThreadItem } from '../plugin-api/index.ts'
import { approvalLine } from './approval-lines.ts'

const item: Extract<ThreadItem, { type: 'approval' }> = {
  ...{ id: 'item_0', type: 'approval', request_id: 'q', thread_id: 't', agent_path: ['default'] },
  action: { kind: 'exec', script: 'git push origin', shell: '/bin/sh', cwd: '/ws' },
  ...{ reason: 'It publishes.', layer: 'exec policy', rule: 'prompt git push' },
  decisions: ['once', 'session', 'deny'],
  proposals: [
    {
      form: 'prefix',
      decisions: ['session'],
      rules: [{ command: 'q.1', rule: 'r', matches: ['git push origin', 'git push …'] }],
    },
  ],
  status: 'resolved',
}

test('a line says who answered, for how long, and what the answer covers', () => {
  expect(approvalLine({ ...item, decision: 'once', by: 'agent' })).toBe('run git push origin: allowed (once), by agent')
  expect(approvalLine({ ...item, decision: 'session', proposal: 'prefix', by: 'person' })).toBe(
    'run git push origin: allowed (session: git push origin, git push …), by person',
  )
  expect(approvalLine(item)).toBe('run git push origin: nobody answered')
})
