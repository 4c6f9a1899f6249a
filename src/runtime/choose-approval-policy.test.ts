import { expect, test } from 'vitest'
import { chooseApprovalPolicy } from './choose-approval-policy.ts'

test('the configuration stands above the profile, and on-failure means on-request', () => {
  const ofProfile = 'untrusted'
  expect(chooseApprovalPolicy({ ofProfile, configured: 'never' })).toBe('never')
  expect(chooseApprovalPolicy({ ofProfile, configured: 'on-failure' })).toBe('on-request')
  expect(chooseApprovalPolicy({ ofProfile, configured: undefined })).toBe('untrusted')
})
