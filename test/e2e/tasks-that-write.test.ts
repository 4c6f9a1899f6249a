import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { ModelTurn } from '../support/model-server.ts'
import { type ScriptedSession, scriptedSession } from '../support/scripted-session.ts'
import { addFile, editFile, runOf, teamAgent, teamScript, teamWorkflow } from '../support/team-script.ts'
import { filesIn } from '../support/writing-run.ts'

const files = { 'src/a.txt': 'a\n', 'docs/b.txt': 'b\n', 'c.txt': 'c\n' }

/** A home with a workflow `w` whose tasks are scripted, and a repository. */
async function team(
  tasks: Readonly<Record<string, string>>,
  turns: Readonly<Record<string, readonly ModelTurn[]>>,
  more: { readonly head?: string; readonly config?: string; readonly git?: boolean } = {},
) {
  const { head = 'strategy = "parallel"', config = '', git = true } = more
  const session = await scriptedSession(teamScript(turns), {
    config: `sandbox_mode = "workspace-write"\napproval_policy = "never"\n${config}`,
    home: { 'agents/one.toml': teamAgent('one'), 'workflows/w.toml': teamWorkflow('w', head, tasks) },
    files,
    git,
  })
  return {
    session,
    at: filesIn(session.workspace.path),
    run: async () => runOf(await session.run(['workflows', 'run', 'w', '--json'])),
    copies: () => copiesOf(session),
  }
}

/** What lies below `worktrees`: runs, by their copies. */
async function copiesOf({ home }: ScriptedSession): Promise<readonly string[]> {
  const root = join(home.codexHome, 'worktrees')
  const runs = existsSync(root) ? (await readdir(root)).filter((name) => !name.startsWith('.')) : []
  const copies = await Promise.all(runs.map((run) => readdir(join(root, run))))
  return copies.flat().filter((name) => !name.startsWith('.'))
}

/** A turn that is answered once the promise is fulfilled. */
const after = (promise: Promise<unknown>, turn: ModelTurn): ModelTurn => ({
  ...turn,
  hold: async (index) => {
    if (index === 0) await promise
  },
})

test('two tasks that write at the same time work in copies, and what both changed is in the workspace', async () => {
  const tasks = { a: 'write = ["src/**"]', b: 'write = ["docs/**"]' }
  const { run, at, copies, session } = await team(tasks, {
    a: [{ calls: [{ shell: 'pwd; cat docs/b.txt; echo mine >> src/a.txt' }] }, addFile('src/new.txt'), { text: 'A.' }],
    b: [editFile('docs/b.txt', 'b', 'B'), { text: 'B.' }],
  })
  const { states, result, warnings } = await run()
  expect([states, warnings]).toEqual([{ a: 'done', b: 'done' }, []])
  expect([await at.read('src/a.txt'), await at.read('src/new.txt'), await at.read('docs/b.txt')]).toEqual([
    'a\nmine\n',
    'x\n',
    'B\n',
  ])
  expect(result.results.map(({ changes }) => changes)).toEqual([
    [
      { path: 'src/a.txt', change: 'update' },
      { path: 'src/new.txt', change: 'create' },
    ],
    [{ path: 'docs/b.txt', change: 'update' }],
  ])
  expect(JSON.stringify(session.server.requests.map(({ body }) => body.input))).toContain('/worktrees/')
  expect(await copies()).toEqual([])
})

test('a task that runs alone works in the workspace itself', async () => {
  const { run, at, session } = await team(
    { a: 'write = ["src/**"]', b: '' },
    { a: [addFile('src/new.txt'), { text: 'A.' }], b: [{ text: 'B.' }] },
    { head: 'strategy = "sequential"' },
  )
  const { states, result } = await run()
  expect(states).toEqual({ a: 'done', b: 'done' })
  expect([await at.read('src/new.txt'), result.results[0]?.changes]).toEqual(['x\n', undefined])
  expect(existsSync(join(session.home.codexHome, 'worktrees'))).toBe(false)
})

test('where a person edits what a task changes meanwhile, the task is blocked and nothing is lost', async () => {
  const { promise: edited, resolve } = Promise.withResolvers<void>()
  const { session, at } = await team(
    { a: 'write = ["src/**"]', b: '' },
    {
      a: [editFile('src/a.txt', 'a', 'of the task'), after(edited, { text: 'A.' })],
      b: [after(edited, { text: 'B.' })],
    },
  )
  const running = await session.start(['workflows', 'run', 'w', '--json'])
  await session.server.received(3)
  await at.write('src/a.txt', 'of the person\n')
  resolve()
  const { states, result, warnings } = runOf(await running.done)
  const kept = join(session.home.codexHome, 'worktrees', result.run_id, 'a')
  expect(states).toEqual({
    a: `blocked: its changes are in conflict with the workspace: src/a.txt (both changed the same places); all that it changed is kept in ${kept}`,
    b: 'done',
  })
  expect(result.results[0]?.error_code).toBe('run.conflict')
  expect(await at.read('src/a.txt')).toBe('of the person\n')
  expect(await filesIn(kept).read('src/a.txt')).toBe('of the task\n')
  expect(warnings).toEqual([`What task a changed is not all in the workspace: it is kept in ${kept}`])
})
