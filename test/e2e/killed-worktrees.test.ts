import { spawn } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { openWorkplaces } from '../../src/runtime/worktrees/open-workplaces.ts'
import { makeCodexHome } from '../support/codex-home.ts'
import { makeWorkspace } from '../support/temp-workspace.ts'
import { filesIn, snapshotOf } from '../support/writing-run.ts'

const { signal } = new AbortController()
const program = fileURLToPath(new URL('../support/writing-run-cli.ts', import.meta.url))
const names = ['a.txt', 'b.txt', 'new/c.txt']

/** Runs the program and kills it so long after it said a step. @returns the steps that it said */
async function killed(argv: readonly string[], step: string, delayMs: number): Promise<readonly string[]> {
  const child = spawn(process.execPath, [program, ...argv], { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  let isTimed = false
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString()
    if (isTimed || !said.includes(step)) return
    isTimed = true
    setTimeout(() => child.kill('SIGKILL'), delayMs)
  })
  await new Promise((resolve) => child.on('close', resolve))
  return said.trim().split('\n')
}

test('a run that is killed at any step loses no byte: the changes are in the workspace, in undo or in a copy that the next run names', async () => {
  const [home, workspace] = [
    await makeCodexHome(),
    await makeWorkspace({ files: { 'a.txt': 'a', 'b.txt': 'b' }, git: true }),
  ]
  onTestFinished(async () => {
    await home.remove()
    await workspace.remove()
  })
  const at = filesIn(workspace.path)
  const kills = [
    ['opened', 0],
    ['opened', 60],
    ['copied', 0],
    ['changed', 0],
    ['changed', 30],
    ['changed', 90],
    ['changed', 160],
    ['merged', 0],
  ] as const
  for (const [round, [step, delayMs]] of kills.entries()) {
    const before = await Promise.all(names.map((name) => at.read(name)))
    const [runId, text] = [`run-${round}`, `round ${round}`]
    const steps = await killed([home.homeDir, home.codexHome, workspace.path, runId, text], step, delayMs)
    const after = await Promise.all(names.map((name) => at.read(name)))
    for (const [index, content] of after.entries()) expect([before[index], text]).toContain(content)
    const next = await openWorkplaces(
      { runId: 'next' },
      await snapshotOf({ ...home, workspace: workspace.path }),
      signal,
    )
    const left = next.left.filter(({ run }) => run === runId)
    const isWhole = after.every((content) => content === text)
    // From when all was written, it is whole in one of the two places.
    if (steps.includes('changed') && !isWhole) {
      const kept = filesIn(left[0]?.directory ?? '')
      expect(await Promise.all(names.map((name) => kept.read(name)))).toEqual([text, text, text])
    }
    await next.close()
  }
  expect(await workspace.git('worktree', 'list')).toMatch(/^\S+ +\S+ \[main\]\n$/)
  expect((await readdir(workspace.path)).sort()).toEqual(expect.arrayContaining(['.git', 'a.txt', 'b.txt']))
  expect((await readdir(join(home.codexHome, 'worktrees'))).includes('next')).toBe(false)
}, 180_000)

test.each([
  ['renameSync:1', 'none', 'nothing'],
  ['renameSync:2', 'the first', 'nothing'],
  ['renameSync:4', 'all but the last', 'nothing'],
  ['unlinkSync:1', 'all, and what was there beside them', 'whole'],
])(
  'killed at %s, when of four files %s was in place, a merge is %s at the next run; gone on with, it is whole',
  async (at, _, becomes) => {
    const files = { 'a.txt': 'a', 'b.txt': 'b', 'gone.txt': 'g' }
    const [home, workspace] = [await makeCodexHome(), await makeWorkspace({ files, git: true })]
    onTestFinished(async () => {
      await home.remove()
      await workspace.remove()
    })
    const now = () => Promise.all([...names, 'gone.txt'].map((name) => filesIn(workspace.path).read(name)))
    const whole = ['T', 'T', 'T', undefined]
    const argv = [program, home.homeDir, home.codexHome, workspace.path, 'cut', 'T', at]
    const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] })
    let said = ''
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString()
    })
    const killedBy = await new Promise((resolve) => child.on('close', (_code, by) => resolve(by)))
    expect([killedBy, said]).toEqual(['SIGKILL', 'opened\ncopied\nchanged\n'])

    const deps = await snapshotOf({ ...home, workspace: workspace.path })
    const next = await openWorkplaces({ runId: 'next' }, deps, signal)
    await next.close()
    expect(await now()).toEqual(becomes === 'whole' ? whole : ['a', 'b', undefined, 'g'])
    expect((await readdir(workspace.path)).filter((name) => name.startsWith('.codex-'))).toEqual([])
    expect(next.left.map(({ run, task }) => [run, task])).toEqual(becomes === 'whole' ? [] : [['cut', 'one']])

    const again = await openWorkplaces({ runId: 'cut' }, deps, signal)
    const place = await again.openWorkplace({ id: 'one', title: 'Work', write: ['**'] }, 1, signal)
    expect(await place.merge(signal)).toMatchObject({ status: 'merged' })
    expect(await now()).toEqual(whole)
    await place.discard()
    expect(await again.close()).toEqual([])
  },
)
