import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { completedItems, execCase } from '../support/exec-case.ts'

const files = { 'dist/a.js': '', 'node_modules/p/i.js': '', 'clone/.git/HEAD': '', 'src/a.ts': '' }

test('a headless turn removes what was built, and nothing that has to be asked about', async () => {
  const scripts = ['rm -rf dist node_modules/*', 'rm -rf clone', 'rm -rf ./*', 'rm -rf "$NOT_SET"src']
  const turns = [...scripts.map((shell) => ({ calls: [{ shell }] })), { text: 'done' }]
  const { exec, workspace } = await execCase(turns, { git: true, files })
  const result = await exec(['-s', 'workspace-write', 'clean up'])
  const isThere = (name: string) => existsSync(join(workspace.path, name))
  expect(['dist', 'node_modules/p', 'clone/.git/HEAD', 'src/a.ts'].map(isThere)).toEqual([false, false, true, true])
  expect(completedItems(result, 'denial')).toHaveLength(3)
})
