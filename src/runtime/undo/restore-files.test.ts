import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { FileState, UndoStep } from '../../thread/undo/plan-undo.ts'
import { type AllowedStep, restoreFiles } from './restore-files.ts'

const state = (text: string): FileState => ({ mode: '100644', bytes: Buffer.from(text) })

test('where one file cannot be put back, none is: what went is there again, and a directory in its place too', async () => {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'restore-')))
  onTestFinished(() => rm(root, { recursive: true, force: true }))
  await writeFile(join(root, 'made'), 'made')
  await mkdir(join(root, 'was-file'))
  await writeFile(join(root, 'was-file', 'inner'), 'inner')
  execFileSync('mkfifo', [join(root, 'pipe')])
  const step = (path: string, change: 'create' | 'delete', more: Partial<UndoStep>): AllowedStep => ({
    step: { path, merged: false, ...more },
    action: { kind: 'write', path: join(root, path), change },
  })
  const restoring = restoreFiles(
    [
      step('made', 'delete', { current: state('made') }),
      step('was-file/inner', 'delete', { current: state('inner') }),
      step('was-file', 'create', { wanted: state('file') }),
      step('new/deep', 'create', { wanted: state('deep') }),
      step('pipe', 'create', { wanted: state('never') }),
    ],
    root,
  )
  await expect(restoring).rejects.toThrow('not a regular file')
  expect((await readdir(root, { recursive: true })).sort()).toEqual(['made', 'pipe', 'was-file', 'was-file/inner'])
  expect(await readFile(join(root, 'made'), 'utf8')).toBe('made')
})
