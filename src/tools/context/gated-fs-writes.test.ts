import { chmod, mkdir, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { makeWorkspace, type TempWorkspace } from '../../../test/support/temp-workspace.ts'
import { type BenchOptions, linuxSandbox, openToolBench, type ToolBench } from '../../../test/support/tool-bench.ts'
import type { Decision, GatedFs } from '../../plugin-api/index.ts'
import { createActionScope } from './gated-action.ts'
import { createGatedFs } from './gated-fs.ts'

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

interface FsBench {
  readonly fs: GatedFs
  readonly bench: ToolBench
  readonly denials: readonly Decision[]
  path(name: string): string
}

async function open(options: BenchOptions = {}): Promise<FsBench> {
  const bench = await openToolBench([], options)
  cleanups.push(() => bench.close())
  const { signal } = new AbortController()
  const denials: Decision[] = []
  const actions = createActionScope({ gate: bench.gate, denied: (decision) => denials.push(decision), signal })
  const { path: root } = bench.workspace
  return {
    bench,
    denials,
    fs: createGatedFs(actions, { gate: bench.gate, cwd: root, workspaceRoot: root, writer: bench.writer, signal }),
    path: (name) => join(root, name),
  }
}

async function outside(): Promise<TempWorkspace> {
  const workspace = await makeWorkspace()
  cleanups.push(() => workspace.remove())
  return workspace
}

/** Writing allowed only in the workspace. */
const workspaceOnly = (workspace: string) => {
  const rule = [{ allow: [workspace], deny: [] }]
  return { write: { allow: rule, askable: rule } }
}

/** What a gate that has made a mistake says: yes, to all. */
const allowsAll = (gate: ToolBench['gate']): ToolBench['gate'] => ({
  ...gate,
  authorize: async (action) => ({ outcome: 'allow', action, layer: 'none', rule: 'none', reason: '', auditId: '' }),
})

describe.each([
  ['in this process', 'none'],
  ['inside the sandbox', linuxSandbox],
] as const)('%s', (_, sandbox) => {
  test('changes are made together: modes stay, parents come, moves and deletions happen', async () => {
    const { fs, bench, path } = await open({ sandbox, files: { 'run.sh': 'old', 'from.txt': 'f', 'gone.txt': 'g' } })
    await chmod(path('run.sh'), 0o750)
    await fs.apply([
      { kind: 'update', path: 'run.sh', content: 'new' },
      { kind: 'add', path: 'deep/er/new.txt', content: 'n' },
      { kind: 'add', path: 'tool', content: 't', mode: 0o755 },
      { kind: 'move', path: 'from.txt', to: 'to/here.txt', content: 'moved' },
      { kind: 'delete', path: 'gone.txt' },
    ])
    expect(await readFile(path('run.sh'), 'utf8')).toBe('new')
    expect((await stat(path('run.sh'))).mode & 0o777).toBe(0o750)
    expect((await stat(path('tool'))).mode & 0o777).toBe(0o755)
    expect(await readFile(path('deep/er/new.txt'), 'utf8')).toBe('n')
    expect(await readFile(path('to/here.txt'), 'utf8')).toBe('moved')
    expect(await readdir(bench.workspace.path)).toEqual(['deep', 'run.sh', 'to', 'tool'])
    expect(bench.audit.filter((record) => record.type === 'outcome')).toHaveLength(6)
  })

  test('where one change fails, everything is as before', async () => {
    const { fs, bench, path } = await open({ sandbox, files: { 'a.txt': 'old', 'b.txt': 'b', 'dir/x': '' } })
    await expect(
      fs.apply([
        { kind: 'update', path: 'a.txt', content: 'new' },
        { kind: 'delete', path: 'b.txt' },
        { kind: 'add', path: 'new/c.txt', content: 'c' },
        { kind: 'delete', path: 'missing.txt' },
      ]),
    ).rejects.toMatchObject({ code: 'ENOENT' })
    expect(await readFile(path('a.txt'), 'utf8')).toBe('old')
    expect(await readFile(path('b.txt'), 'utf8')).toBe('b')
    expect(await readdir(bench.workspace.path)).toEqual(['a.txt', 'b.txt', 'dir'])
    expect(bench.audit.filter((record) => record.type === 'outcome')).toMatchObject(
      Array.from({ length: 4 }, () => ({ status: 'failed' })),
    )
    await expect(fs.apply([{ kind: 'update', path: 'dir', content: '' }])).rejects.toMatchObject({ code: 'EISDIR' })
  })

  test('nothing is written where one path is denied', async () => {
    const elsewhere = await outside()
    const { fs, bench, path } = await open({ sandbox, permissions: workspaceOnly })
    await expect(
      fs.apply([
        { kind: 'add', path: 'fine.txt', content: 'x' },
        { kind: 'add', path: join(elsewhere.path, 'x.txt'), content: 'x' },
      ]),
    ).rejects.toMatchObject({ code: 'permission.denied', cause: { outcome: 'deny' } })
    expect(await readdir(bench.workspace.path)).toEqual([])
    expect(await readdir(elsewhere.path)).toEqual([])
    expect(path('fine.txt')).toContain(bench.workspace.path)
  })

  test('no write leaves through a link: neither the last part of the path nor one before', async () => {
    const elsewhere = await outside()
    const { fs, path } = await open({ sandbox, files: { 'real.txt': 'r' }, permissions: workspaceOnly })
    await writeFile(join(elsewhere.path, 'target.txt'), 'untouched')
    await symlink(join(elsewhere.path, 'target.txt'), path('link.txt'))
    await symlink(elsewhere.path, path('linked'))
    await symlink(join(elsewhere.path, 'not-yet.txt'), path('dangling.txt'))
    await symlink('real.txt', path('inner.txt'))
    for (const name of ['link.txt', 'linked/new.txt', 'dangling.txt']) {
      await expect(fs.apply([{ kind: 'add', path: name, content: 'x' }])).rejects.toMatchObject({
        code: 'permission.denied',
      })
    }
    await expect(fs.apply([{ kind: 'update', path: 'inner.txt', content: 'x' }])).rejects.toMatchObject({
      code: 'tool.failed',
    })
    expect(await readdir(elsewhere.path)).toEqual(['target.txt'])
    expect(await readFile(join(elsewhere.path, 'target.txt'), 'utf8')).toBe('untouched')
    expect(await readFile(path('real.txt'), 'utf8')).toBe('r')
  })

  test('a link is deleted as itself', async () => {
    const { fs, bench, path } = await open({ sandbox, files: { 'real.txt': 'r' } })
    await symlink('real.txt', path('link.txt'))
    await fs.apply([{ kind: 'delete', path: 'link.txt' }])
    expect(await readdir(bench.workspace.path)).toEqual(['real.txt'])
  })

  test('a directory swapped for a link after the decision is not written into', async () => {
    const elsewhere = await outside()
    const { bench, path } = await open({ sandbox, files: { 'dir/a.txt': 'a' } })
    const { signal } = new AbortController()
    // The swap happens between the gate's answer and the write, where an attacker would put it.
    const gate = {
      ...bench.gate,
      authorize: async (...args: Parameters<typeof bench.gate.authorize>) => {
        const decision = await bench.gate.authorize(...args)
        await rename(path('dir'), path('moved'))
        await symlink(elsewhere.path, path('dir'))
        return decision
      },
    }
    const actions = createActionScope({ gate, denied: () => {}, signal })
    const fs = createGatedFs(actions, {
      ...{ gate, cwd: bench.workspace.path, workspaceRoot: bench.workspace.path, writer: bench.writer, signal },
    })
    await expect(fs.apply([{ kind: 'add', path: 'dir/evil.txt', content: 'x' }])).rejects.toThrow()
    expect(await readdir(elsewhere.path)).toEqual([])
    await rm(path('dir'))
    await mkdir(path('dir'))
    expect(await readdir(path('moved'))).toEqual(['a.txt'])
  })

  test('a path outside that a person agrees to is written', async () => {
    const elsewhere = await outside()
    const target = join(elsewhere.path, 'agreed.txt')
    const { fs } = await open({
      ...{ sandbox, approve: async () => 'once' },
      permissions: (workspace) => ({
        write: { allow: [{ allow: [workspace], deny: [] }], askable: [{ allow: ['/**'], deny: [] }] },
      }),
    })
    await fs.apply([
      { kind: 'add', path: 'here.txt', content: 'h' },
      { kind: 'add', path: target, content: 'x' },
    ])
    expect(await readFile(target, 'utf8')).toBe('x')
  })
})

test('what a mistaken gate allows is not written inside the sandbox, and the error says which file', async () => {
  const elsewhere = await outside()
  const { bench } = await open({ sandbox: linuxSandbox, permissions: workspaceOnly })
  const { signal } = new AbortController()
  const gate = allowsAll(bench.gate)
  const { path: root } = bench.workspace
  const actions = createActionScope({ gate, denied: () => {}, signal })
  const fs = createGatedFs(actions, { gate, cwd: root, workspaceRoot: root, writer: bench.writer, signal })
  const target = join(elsewhere.path, 'evil.txt')
  await expect(
    fs.apply([
      { kind: 'add', path: 'fine.txt', content: 'x' },
      { kind: 'add', path: target, content: 'x' },
    ]),
  ).rejects.toMatchObject({ code: 'sandbox.failed', message: expect.stringContaining(target) })
  expect(await readdir(root)).toEqual([])
  expect(await readdir(elsewhere.path)).toEqual([])
})
