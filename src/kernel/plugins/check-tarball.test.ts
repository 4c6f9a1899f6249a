import { expect, test } from 'vitest'
import { entryProblem } from './check-tarball.ts'

const problem = (path: string, type: string, linkPath: string) => entryProblem({ path, type, linkPath })

test.each<readonly string[]>([
  ['package/index.js'],
  ['repo-main/lib/..name/x.js'],
  ['package/a', 'Directory'],
  ['package/lib/link.js', 'SymbolicLink', '../index.js'],
  ['package/copy.js', 'Link', 'package/index.js'],
])('%s (%s) may be unpacked', (path = '', type = 'File', linkPath = '') => {
  expect(problem(path, type, linkPath)).toBeUndefined()
})

test.each<readonly string[]>([
  ['package/../../x'],
  ['../x'],
  ['package\\..\\..\\x'],
  ['/etc/passwd'],
  ['C:\\x'],
  ['\\\\host\\x'],
  ['package/a\nb'],
  ['package/pipe', 'FIFO'],
  ['package/disk', 'BlockDevice'],
  ['package/out', 'SymbolicLink', '../other'],
  ['package/lib/out', 'SymbolicLink', 'a/../../../x'],
  ['package/out', 'SymbolicLink', '/etc/passwd'],
  ['package/out', 'Link', '/etc/passwd'],
])('%j (%s to %s) is refused', (path = '', type = 'File', linkPath = '') => {
  expect(problem(path, type, linkPath)).toMatch(/^has /)
})
