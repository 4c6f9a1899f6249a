import { existsSync } from 'node:fs'
import { lstat, readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { ModelTurn } from '../support/model-server.ts'
import { agentFile, runOf } from '../support/run-of.ts'
import { lastUserText, type ScriptedSession, scriptedSession, sentBody } from '../support/scripted-session.ts'
import { addFile, editFile, teamScript, teamWorkflow } from '../support/team-script.ts'
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
    home: { 'agents/one.toml': agentFile('one'), 'workflows/w.toml': teamWorkflow('w', head, tasks) },
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
    {
      a: [
        addFile('src/new.txt'),
        { calls: [{ shell: 'cat c.txt >> src/a.txt' }] },
        { calls: [{ shell: 'for each in docs/b.txt outside.txt; do cp c.txt $each; done' }] },
        { text: 'A.' },
      ],
      b: [{ text: 'B.' }],
    },
    { head: 'strategy = "sequential"' },
  )
  const { states, result } = await run()
  expect(states).toEqual({ a: 'done', b: 'done' })
  expect([await at.read('src/new.txt'), result.results[0]?.changes]).toEqual(['x\n', undefined])
  // By a command as by a patch.
  expect([await at.read('src/a.txt'), await at.read('docs/b.txt'), await at.read('outside.txt')]).toEqual([
    'a\nc\n',
    'b\n',
    undefined,
  ])
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

test('a thread that worked in a copy is gone on with under what its task might do, and says where that was', async () => {
  const tasks = { a: 'write = ["src/**"]', b: '' }
  const { session, run, at } = await team(tasks, {
    a: [{ text: 'A.' }, addFile('src/later.txt'), { calls: [{ shell: 'echo x > src/shell.txt' }] }, { text: 'Tried.' }],
    b: [{ text: 'B.' }],
  })
  const { result } = await run()
  const id = result.results[0]?.thread_id ?? ''
  const resumed = await session.run(['exec', '--json', 'resume', id, 'Go on.'])
  expect(resumed.exitCode).toBe(0)
  expect(resumed.stdout).toContain(
    `worked for a task in a copy of the workspace, ${join(session.home.codexHome, 'worktrees', result.run_id, 'a')}, which is gone`,
  )
  expect(lastUserText(sentBody(session.server, -1))).toBe('Go on.')
  expect([await at.read('src/later.txt'), await at.read('src/shell.txt')]).toEqual([undefined, undefined])
})

test('what a task does to files of any kind is in the workspace: links, bytes, modes, line ends, removals, moves', async () => {
  const script = [
    'rm c.txt',
    'mv docs/b.txt docs/moved.txt',
    'chmod +x src/a.txt',
    "printf '\\0\\377\\r\\n' > bytes.bin",
    'ln -s src/a.txt link',
    "printf 'one\\r\\ntwo\\r\\n' > crlf.txt",
    'mkdir -p "deep er/x" && echo é > "deep er/x/ü.txt"',
  ].join(' && ')
  const { run, session, at } = await team(
    { a: 'write = ["**"]', b: '' },
    { a: [{ calls: [{ shell: script }] }, { text: 'A.' }], b: [{ text: 'B.' }] },
  )
  const { states, result } = await run()
  const { path } = session.workspace
  expect(states).toEqual({ a: 'done', b: 'done' })
  expect(result.results[0]?.changes?.map((each) => `${each.change} ${each.path}`)).toEqual([
    'create bytes.bin',
    'delete c.txt',
    'create crlf.txt',
    'create deep er/x/ü.txt',
    'delete docs/b.txt',
    'create docs/moved.txt',
    'create link',
    'update src/a.txt',
  ])
  expect([
    await at.read('c.txt'),
    await at.read('docs/moved.txt'),
    await at.read('crlf.txt'),
    await at.read('deep er/x/ü.txt'),
  ]).toEqual([undefined, 'b\n', 'one\r\ntwo\r\n', 'é\n'])
  expect(await readFile(join(path, 'bytes.bin'))).toEqual(Buffer.from([0, 255, 13, 10]))
  expect([await readlink(join(path, 'link')), (await lstat(join(path, 'src/a.txt'))).mode & 0o100]).toEqual([
    'src/a.txt',
    0o100,
  ])
  // One step takes all of it back.
  expect((await session.run(['undo', '--yes'])).exitCode).toBe(0)
  expect((await session.workspace.git('status', '--porcelain')).trim()).toBe('')
})

test.each(['no repository', 'a repository without a commit'])('copies are made and merged in %s', async (kind) => {
  const { run, at, session } = await team(
    { a: 'write = ["src/**"]', b: 'write = ["docs/**"]' },
    { a: [editFile('src/a.txt', 'a', 'A'), { text: 'A.' }], b: [editFile('docs/b.txt', 'b', 'B'), { text: 'B.' }] },
    { git: false },
  )
  if (kind !== 'no repository') await session.workspace.git('init', '--quiet')
  expect((await run()).states).toEqual({ a: 'done', b: 'done' })
  expect([await at.read('src/a.txt'), await at.read('docs/b.txt')]).toEqual(['A\n', 'B\n'])
})

test('the copy of a task that failed stays where it changed something, and the next run names it', async () => {
  const { run, at, session, copies } = await team(
    { a: 'write = ["src/**"]\nretries = 1', b: '' },
    {
      a: [
        addFile('src/half.txt'),
        { failure: { kind: 'status', status: 400, body: 'no' } },
        { failure: { kind: 'status', status: 400, body: 'no' } },
        { text: 'Next.' },
      ],
      b: [{ text: 'B.' }, { text: 'B.' }],
    },
  )
  const first = await run()
  const kept = join(session.home.codexHome, 'worktrees', first.result.run_id, 'a')
  expect([first.states.a?.split(':')[0], first.result.results[0]?.attempts]).toEqual(['failed', 2])
  expect(first.warnings).toContain(`What task a changed is not all in the workspace: it is kept in ${kept}`)
  expect([await copies(), await filesIn(kept).read('src/half.txt'), await at.read('src/half.txt')]).toEqual([
    ['a'],
    'x\n',
    undefined,
  ])
  const next = await run()
  expect(next.warnings).toEqual([
    `What task a of run ${first.result.run_id} changed is not all in the workspace: it is kept in ${kept}. Take what you need, and remove that directory`,
  ])
  expect(await copies()).toEqual(['a'])
})

test('a run that a person stops keeps what its tasks changed, and says where', async () => {
  const { promise: never } = Promise.withResolvers<void>()
  const { session, at } = await team(
    { a: 'write = ["src/**"]', b: '' },
    { a: [addFile('src/half.txt'), after(never, { text: 'A.' })], b: [after(never, { text: 'B.' })] },
  )
  const running = await session.start(['workflows', 'run', 'w', '--json'])
  await session.server.received(3)
  running.kill('SIGINT')
  const ended = await running.done
  const { result, warnings } = runOf(ended)
  const kept = join(session.home.codexHome, 'worktrees', result.run_id, 'a')
  expect([ended.exitCode, result.status]).toEqual([130, 'interrupted'])
  expect(warnings).toContain(`What task a changed is not all in the workspace: it is kept in ${kept}`)
  expect([await filesIn(kept).read('src/half.txt'), await at.read('src/half.txt')]).toEqual(['x\n', undefined])
})

test('files are named as in the workspace wherever a task worked: in answers, findings and denials', async () => {
  const { session } = await team({ a: 'write = ["src/**"]', b: '' }, {})
  const flawed =
    'const { exec } = require("child_process")\nmodule.exports = (req, res) => exec("ls " + req.query.dir)\n'
  await session.workspace.write({ 'src/list.js': flawed })
  const flow = teamWorkflow('p', 'strategy = "parallel"', { a: 'write = ["src/**"]', b: '' }).replaceAll(
    '"one"',
    '"security-analyst"',
  )
  await filesIn(session.home.codexHome).write('workflows/p.toml', flow)
  const { result, states } = runOf(await session.run(['workflows', 'run', 'p', '--playbook', '--json']))
  expect(states).toEqual({ a: 'done', b: 'done' })
  expect(result.merged.findings).toMatchObject([{ finding: { file: 'src/list.js' }, tasks: ['a', 'b'] }])
  expect(JSON.stringify(result)).not.toContain('/worktrees/')
})

test('scopes that may meet among tasks that may run at the same time are refused before anything begins', async () => {
  const { session } = await team({ a: 'write = ["src/**"]', b: 'write = ["src/a.*"]' }, {})
  const refused = await session.run(['workflows', 'run', 'w'])
  expect([refused.exitCode, session.server.requests.length]).toEqual([1, 0])
  expect(refused.stderr).toContain(
    'The tasks "a" and "b" may run at the same time, and both may write what "src/**" and "src/a.*" match',
  )
})

test('tasks that write the same files one after the other build on each other', async () => {
  const { run, at, session } = await team(
    { a: 'write = ["src/**"]', b: 'write = ["src/**"]\nneeds = ["a"]', c: '' },
    {
      a: [editFile('src/a.txt', 'a', 'one'), { text: 'A.' }],
      b: [editFile('src/a.txt', 'one', 'two'), { text: 'B.' }],
      c: [{ text: 'C.' }],
    },
    { head: 'strategy = "hybrid"' },
  )
  expect((await run()).states).toEqual({ a: 'done', b: 'done', c: 'done' })
  expect(await at.read('src/a.txt')).toBe('two\n')
  const told = session.server.requests.map(({ body }) => lastUserText(body)).find((text) => /^Prompt of b/.test(text))
  expect(told).toContain('You work in a copy of the repository, without what git ignores.')
  expect(told).toContain('Files that it changed:\n- update src/a.txt')
})

test('a run that is killed while a task works in a copy goes on in that copy, and what was changed before is brought along', async () => {
  const { promise: never } = Promise.withResolvers<void>()
  const { session, at, copies } = await team(
    { a: 'write = ["src/**"]', b: '' },
    {
      a: [addFile('src/before.txt'), after(never, { text: '' }), addFile('src/behind.txt'), { text: 'A.' }],
      b: [{ text: 'B.' }],
    },
  )
  const running = await session.start(['workflows', 'run', 'w', '--json'])
  const { run_id: id } = await running.event(({ type }) => type === 'run.started')
  await session.server.received(3)
  await running.event(({ item }) =>
    JSON.stringify(item ?? {}).includes('"task_id":"b","title":"Title of b","agent":"one","state":"done"'),
  )
  running.kill('SIGKILL')
  await running.done
  expect([await copies(), await at.read('src/before.txt')]).toEqual([['a'], undefined])

  const { states, result, warnings } = runOf(await session.run(['workflows', 'run', '--resume', String(id), '--json']))
  expect([states, warnings]).toEqual([{ a: 'done', b: 'done' }, []])
  expect(result.results[0]).toMatchObject({
    attempts: 1,
    changes: [{ path: 'src/before.txt' }, { path: 'src/behind.txt' }],
  })
  expect([await at.read('src/before.txt'), await at.read('src/behind.txt'), await copies()]).toEqual(['x\n', 'x\n', []])
})

test('an agent that a task hands work to works in the copy of the task, within its scope', async () => {
  const { at, run, copies } = await team(
    { a: 'write = ["src/**"]', b: '' },
    {
      a: [
        { calls: [{ name: 'delegate', arguments: { agent: 'default', prompt: 'Prompt of helper.' } }] },
        { text: 'A.' },
      ],
      helper: [addFile('src/helped.txt'), addFile('docs/outside.txt'), { text: 'Helped.' }],
      b: [{ text: 'B.' }],
    },
  )
  const { states, result } = await run()
  expect(states).toEqual({ a: 'done', b: 'done' })
  expect(result.results[0]?.changes).toEqual([{ path: 'src/helped.txt', change: 'create' }])
  expect([await at.read('src/helped.txt'), await at.read('docs/outside.txt'), await copies()]).toEqual([
    'x\n',
    undefined,
    [],
  ])
})
