import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestWorkspace } from 'codex-kernel/plugin-api/testing'
import { tool } from './count-lines.ts'

test('the lines of all files below the path are counted', async (t) => {
  const workspace = await openTestWorkspace({ files: { 'src/a.txt': 'one\ntwo\n', 'b.txt': 'three\n' } })
  t.after(() => workspace.close())
  const { text, structured } = await workspace.runTool(tool, { path: 'src' })
  assert.equal(text, '2 lines in 1 files')
  assert.deepEqual(structured, { lines: 2, files: 1 })
})

test('a secret in the folder is left out', async (t) => {
  const workspace = await openTestWorkspace({ files: { 'b.txt': 'three\n', '.env': 'TOKEN=1\n' } })
  t.after(() => workspace.close())
  const { text } = await workspace.runTool(tool, {})
  assert.equal(text, '1 lines in 1 files')
})

test('a secret that is named is refused, and people are told', async (t) => {
  const workspace = await openTestWorkspace({ files: { '.env': 'TOKEN=1\n' } })
  t.after(() => workspace.close())
  const { failed, items } = await workspace.runTool(tool, { path: '.env' })
  assert.equal(failed, true)
  assert.ok(items.some(({ type }) => type === 'denial'))
})
