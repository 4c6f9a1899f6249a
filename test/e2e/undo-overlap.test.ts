import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { execCase } from '../support/exec-case.ts'

/** Resolves when the condition holds; the test's own time limit is the only one. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}

test('where two threads wrote at the same time, that is said, and only what one alone may have changed goes back', async () => {
  const wait = 'touch began; until [ -e go ]; do sleep 0.05; done'
  const one = await execCase(
    [
      { calls: [{ shell: `echo first > a.txt; ${wait}` }] },
      { calls: [{ shell: 'echo second > b.txt' }] },
      { text: 'second is done' },
      { text: 'first is done' },
    ],
    { files: { 'a.txt': 'a\n', 'b.txt': 'b\n' } },
  )
  const file = (name: string) => join(one.workspace.path, name)
  const both = () => Promise.all([readFile(file('a.txt'), 'utf8'), readFile(file('b.txt'), 'utf8')])
  const writing = ['-s', 'workspace-write']
  const first = await one.startExec([...writing, 'write a'])
  await until(() => existsSync(file('began')))
  await one.exec([...writing, 'write b'])
  const early = JSON.parse((await one.run(['undo', '--dry-run', '--json'])).stdout)
  expect(early).toMatchObject({
    changes: [],
    conflicts: [{ path: 'b.txt' }],
    overlaps: [{ turn: { title: 'write a' } }],
  })
  await writeFile(file('go'), '')
  await first.done

  const [a, b] = JSON.parse((await one.run(['undo', '--list', '--json'])).stdout)
  const second = await one.run(['undo', '--yes'])
  expect(second.exitCode).toBe(1)
  expect(second.stderr).toContain(`at the same time ran ${a.turn.slice(0, 13)}  write a`)
  expect(second.stderr).toContain('it may have changed: a.txt, b.txt, began')
  expect(second.stderr).toContain('left as it is: b.txt (another turn that ran at the same time may have changed it)')
  expect(await both()).toEqual(['first\n', 'second\n'])

  const together = await one.run(['undo', '--to', a.turn, '--yes', '--json'])
  expect(JSON.parse(together.stdout)).toMatchObject({
    turns: [{ turn: a.turn }, { turn: b.turn }],
    conflicts: [],
    overlaps: [],
  })
  expect(await both()).toEqual(['a\n', 'b\n'])
})

test('the file that a run is recorded to is no change of its turn', async () => {
  const one = await execCase([{ calls: [{ shell: 'echo two > a.txt' }] }, { text: 'done' }], {
    files: { 'a.txt': 'one\n' },
  })
  await one.exec(['-s', 'workspace-write', '--record', 'run.jsonl', 'change things'])
  const recorded = await readFile(join(one.workspace.path, 'run.jsonl'), 'utf8')
  const done = JSON.parse((await one.run(['undo', '--yes', '--json'])).stdout)
  expect(done.changes.map(({ path }: { path: string }) => path)).toEqual(['a.txt'])
  expect(await readFile(join(one.workspace.path, 'run.jsonl'), 'utf8')).toBe(recorded)
})
