import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { makeWorkspace } from '../../test/support/temp-workspace.ts'
import { noneAllowed } from '../security/permissions/dimension-of.ts'
import { everything } from '../security/permissions/intersect.ts'
import { addedDirectoryNotices } from './added-directories.ts'

const open = { permissions: everything, profile: 'workspace-write' }
const closed = { permissions: { ...everything, write: noneAllowed }, profile: 'offline' }

test('a directory where nothing may be written, and one that is not there, are told', async () => {
  const workspace = await makeWorkspace({ files: { 'a.txt': '' } })
  onTestFinished(() => workspace.remove())
  const [nowhere, file] = [join(workspace.path, 'nowhere'), join(workspace.path, 'a.txt')]
  expect(addedDirectoryNotices([workspace.path], open)).toEqual([])
  expect(addedDirectoryNotices([workspace.path], closed)).toEqual([
    `--add-dir ${workspace.path} has no effect: nothing may be written there under the profile offline.`,
  ])
  expect(addedDirectoryNotices([nowhere, file, join(file, 'below')], open)).toEqual([
    `--add-dir ${nowhere}: there is no such directory.`,
    `--add-dir ${file}: there is no such directory.`,
    `--add-dir ${join(file, 'below')}: there is no such directory.`,
  ])
})
