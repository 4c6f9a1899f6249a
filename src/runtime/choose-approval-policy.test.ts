import { expect, test } from 'vitest'
import { chooseApprovalPolicy } from './choose-approval-policy.ts'

test('nobody is asked in exec, the configuration stands above the profile, and on-failure means on-request', () => {
  const chosen = { ofProfile: 'untrusted', neverAsk: false } as const
  expect(chooseApprovalPolicy({ ...chosen, configured: 'never', neverAsk: true })).toBe('never')
  expect(chooseApprovalPolicy({ ...chosen, configured: 'on-request', neverAsk: true })).toBe('never')
  expect(chooseApprovalPolicy({ ...chosen, configured: 'on-failure' })).toBe('on-request')
  expect(chooseApprovalPolicy({ ...chosen, configured: undefined })).toBe('untrusted')
})
