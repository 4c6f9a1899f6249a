import { expect, test } from 'vitest'
import { readWish } from './read-wish.ts'

test.each([
  ['review this', undefined],
  ['review my changes since the last release', undefined],
  ['look at it from scratch', undefined],
  ['review my staged changes', { of: 'staged' }],
  ['review what is not staged', undefined],
  ['review the last commit', { of: 'last_commit' }],
  ['review the last 3 commits', { of: 'since', revision: 'HEAD~3', until: 'HEAD' }],
  ['review HEAD~2..HEAD~1', { of: 'since', revision: 'HEAD~2', until: 'HEAD~1' }],
  ['review main.. please', { of: 'since', revision: 'main' }],
  ['review --diff main', { of: 'since', revision: 'main' }],
  ['review --base=origin/main please', { of: 'since', revision: 'origin/main' }],
  ['review main..feature', { of: 'since', revision: 'main', until: 'feature' }],
  ['review `v1.2.0...HEAD`.', { of: 'since', revision: 'v1.2.0', until: 'HEAD' }],
  ['what changed since v2.1?', { of: 'since', revision: 'v2.1' }],
  ['compare against the main branch', { of: 'branch' }],
  ['review everything compared to origin/develop', { of: 'since', revision: 'origin/develop' }],
  ['review this branch', { of: 'branch' }],
  ['review my feature branch', { of: 'branch' }],
  ['review the pull request', { of: 'branch' }],
  ['review commit 1a2b3c4d', { commit: '1a2b3c4d' }],
  ['review my uncommitted changes', { of: 'working_tree' }],
  ['Review the uncommitted changes (--uncommitted). Mind commit 1a2b3c4d', { of: 'working_tree' }],
  ['Review what has changed since a (--base feat/a+b#1).', { of: 'since', revision: 'feat/a+b#1' }],
  ['Review what one commit changed (--commit 1a2b3c4).', { commit: '1a2b3c4' }],
])('"%s" asks for %o', (wish, expected) => {
  expect(readWish(wish)).toEqual(expected)
})
