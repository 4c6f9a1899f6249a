import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { execCase } from '../support/exec-case.ts'

/** Resolves when the condition holds; the test's own time limit is the only one. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}

test('a turn whose program was killed can be taken back, and what cannot be told apart is said; one that runs cannot', async () => {
  const one = await execCase(
    [{ calls: [{ shell: 'echo two > a.txt; rm gone.txt; echo new > b.txt; touch began; sleep 987' }] }],
    { files: { 'a.txt': 'one\n', 'gone.txt': 'gone\n', 'mine.txt': 'mine\n' } },
  )
  const file = (name: string) => join(one.workspace.path, name)
  const codex = await one.startExec(['-s', 'workspace-write', 'change things'])
  await until(() => existsSync(file('began')))
  const early = await one.run(['undo', '--yes'])
  expect(early).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('The last turn is running') })
  codex.kill('SIGKILL')
  await codex.done
  await writeFile(file('mine.txt'), 'edited later\n')

  expect((await one.run(['undo', '--list'])).stdout).toContain('change things  (its program was ended)')
  const done = await one.run(['undo', '--yes', '--json'])
  expect(done.stderr).toContain('your own edits too, which cannot be told apart')
  expect(JSON.parse(done.stdout)).toMatchObject({
    turns: [{ unended: true }],
    changes: [
      { path: 'a.txt', change: 'restore' },
      { path: 'b.txt', change: 'remove' },
      { path: 'began', change: 'remove' },
      { path: 'gone.txt', change: 'create' },
      { path: 'mine.txt', change: 'restore' },
    ],
    conflicts: [],
  })
  expect(await readFile(file('a.txt'), 'utf8')).toBe('one\n')
  expect(await readFile(file('gone.txt'), 'utf8')).toBe('gone\n')
  expect(existsSync(file('b.txt'))).toBe(false)
  // Once more it is not there to be taken back, and the undo itself is.
  const list = JSON.parse((await one.run(['undo', '--list', '--json'])).stdout)
  expect(list).toMatchObject([{ kind: 'turn', undone: true }, { kind: 'undo' }])
  await one.run(['undo', '--to', list[1].turn, '--yes'])
  expect(await readFile(file('mine.txt'), 'utf8')).toBe('edited later\n')
  expect(await readFile(file('b.txt'), 'utf8')).toBe('new\n')
})

test('where another turn followed, what it found is the end of the one that was killed', async () => {
  const one = await execCase(
    [
      { calls: [{ shell: 'echo two > a.txt; touch began; sleep 987' }] },
      { calls: [{ shell: 'echo three > b.txt' }] },
      { text: 'done' },
    ],
    { files: { 'a.txt': 'one\n', 'b.txt': 'b\n' } },
  )
  const codex = await one.startExec(['-s', 'workspace-write', 'first'])
  await until(() => existsSync(join(one.workspace.path, 'began')))
  codex.kill('SIGKILL')
  await codex.done
  await one.exec(['-s', 'workspace-write', 'second'])
  const [first, second] = JSON.parse((await one.run(['undo', '--list', '--json'])).stdout)
  expect([first.unended, second.unended]).toEqual([true, undefined])
  const done = JSON.parse((await one.run(['undo', '--to', first.turn, '--yes', '--json'])).stdout)
  expect(done.changes.map(({ path }: { path: string }) => path)).toEqual(['a.txt', 'b.txt', 'began'])
  expect(await readFile(join(one.workspace.path, 'a.txt'), 'utf8')).toBe('one\n')
})

test('what is recorded of a thread goes with it when it is deleted', async () => {
  const one = await execCase([{ calls: [{ shell: 'echo two > a.txt' }] }, { text: 'done' }], {
    files: { 'a.txt': 'one\n' },
  })
  const id = String((await one.exec(['-s', 'workspace-write', 'change things'])).events[0]?.thread_id)
  expect((await one.run(['undo', '--list'])).stdout).toContain('change things')
  expect(await one.run(['threads', 'delete', id, '--force'])).toMatchObject({ exitCode: 0 })
  expect((await one.run(['undo', '--list'])).stdout).not.toContain('change things')
})
