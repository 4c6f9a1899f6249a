import { createHash } from 'node:crypto'
import { access, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { execCase } from '../support/exec-case.ts'

const patch = '*** Begin Patch\n*** Update File: a.txt\n@@\n-one\n+two\n*** Add File: new.txt\n+new\n*** End Patch\n'
const writing = ['-s', 'workspace-write']

test('codex undo puts back what a turn did by patches and commands, and keeps what was edited later', async () => {
  const { exec, run, workspace } = await execCase(
    [
      { calls: [{ name: 'apply_patch', input: patch }] },
      { calls: [{ shell: 'rm gone.txt; echo x >> kept.txt' }] },
      { text: 'done' },
    ],
    { files: { 'a.txt': 'one\n', 'gone.txt': 'gone\n', 'kept.txt': 'k\n' } },
  )
  const file = (name: string) => join(workspace.path, name)
  const read = (name: string) => readFile(file(name), 'utf8')
  await exec([...writing, 'change things'])
  expect([await read('a.txt'), await read('new.txt'), await read('kept.txt')]).toEqual(['two\n', 'new\n', 'k\nx\n'])
  await writeFile(file('kept.txt'), 'mine\n')
  const listed = await run(['undo', '--list'])
  expect(listed.stdout).toContain('change things')
  const shown = await run(['undo'])
  expect(shown.stderr).toContain('-two\n+one\n')
  expect([shown.exitCode, shown.stdout]).toEqual([2, ''])
  expect(shown.stderr).toContain('cannot confirm an undo without an interactive terminal')
  expect(shown.stderr).toContain('Run it again with --yes.')
  expect(await read('a.txt')).toBe('two\n')

  const done = await run(['undo', '--yes', '--json'])
  expect(JSON.parse(done.stdout)).toMatchObject({
    changes: [
      { path: 'a.txt', change: 'restore' },
      { path: 'gone.txt', change: 'create' },
      { path: 'new.txt', change: 'remove' },
    ],
    conflicts: [{ path: 'kept.txt' }],
  })
  expect([await read('a.txt'), await read('gone.txt'), await read('kept.txt')]).toEqual(['one\n', 'gone\n', 'mine\n'])
  await expect(access(file('new.txt'))).rejects.toThrow('ENOENT')

  const [, undone] = JSON.parse((await run(['undo', '--list', '--json'])).stdout)
  expect(undone).toMatchObject({ kind: 'undo' })
  await run(['undo', '--to', undone.turn, '--yes'])
  expect([await read('a.txt'), await read('new.txt')]).toEqual(['two\n', 'new\n'])
})

test('--to takes several turns back; a turn that only read is no turn to undo', async () => {
  const write = (text: string) => ({ calls: [{ shell: `echo ${text} > a.txt` }] })
  const { exec, run, workspace, home } = await execCase(
    [write('1'), { text: 'ok' }, write('2'), { text: 'ok' }, { calls: [{ shell: 'cat a.txt' }] }, { text: 'ok' }],
    { files: { 'a.txt': '0\n' } },
  )
  for (const prompt of ['first', 'second', 'look']) await exec([...(prompt === 'look' ? [] : writing), prompt])
  const turns = JSON.parse((await run(['undo', '--list', '--json'])).stdout)
  expect(turns.map(({ title }: { title: string }) => title)).toEqual(['first', 'second'])
  // Ids of one minute begin alike.
  const beginning = turns[0].turn.slice(0, 8)
  const [folder = ''] = await readdir(join(home.codexHome, 'undo'))
  const log = join(home.codexHome, 'undo', folder, 'turns.jsonl')
  const lines = await readFile(log, 'utf8')
  await writeFile(log, lines.replaceAll(turns[1].turn, `${beginning}${turns[1].turn.slice(8)}`))
  const several = await run(['undo', '--to', beginning, '--yes'])
  expect([several.exitCode, several.stderr]).toEqual([2, expect.stringContaining('is the beginning of 2 turns')])
  expect(await readFile(join(workspace.path, 'a.txt'), 'utf8')).toBe('2\n')
  await run(['undo', '--to', turns[0].turn, '--yes'])
  expect(await readFile(join(workspace.path, 'a.txt'), 'utf8')).toBe('0\n')
  const nothing = await run(['undo', '--yes'])
  expect([nothing.exitCode, nothing.stderr]).toEqual([1, expect.stringContaining('undo.nothing')])
})

test('a protected file is neither recorded nor put back, and --ephemeral records nothing', async () => {
  const { exec, run, workspace, home } = await execCase(
    [
      { calls: [{ shell: 'rm plain.txt' }] },
      { text: 'ok' },
      { calls: [{ shell: 'echo y > plain.txt' }] },
      { text: 'ok' },
    ],
    { files: { 'plain.txt': 'x\n', '.env': 'TOKEN=swordfish\n' } },
  )
  await exec([...writing, 'go'])
  await rm(join(workspace.path, '.env'))
  await exec([...writing, '--ephemeral', 'go'])
  expect(JSON.parse((await run(['undo', '--list', '--json'])).stdout)).toHaveLength(1)
  const { stdout, stderr } = await run(['undo', '--yes'])
  expect([stdout, stderr]).toEqual(['Nothing is changed.\n', expect.stringContaining('left as it is: plain.txt')])
  const kept = await readdir(join(home.codexHome, 'undo'), { recursive: true, withFileTypes: true })
  const files = kept.filter((entry) => entry.isFile()).map((entry) => readFile(join(entry.parentPath, entry.name)))
  const hash = createHash('sha1').update('blob 16\0TOKEN=swordfish\n').digest('hex')
  expect(kept.map(({ name }) => name)).not.toContain(hash.slice(2))
  expect(Buffer.concat(await Promise.all(files)).includes('.env')).toBe(false)
  await expect(access(join(workspace.path, '.env'))).rejects.toThrow('ENOENT')
})

test('a turn that could write and changed nothing is not listed', async () => {
  const { exec, run } = await execCase([{ calls: [{ shell: 'echo hi; ls' }] }, { text: 'ok' }])
  await exec([...writing, 'look around'])
  expect(JSON.parse((await run(['undo', '--list', '--json'])).stdout)).toEqual([])
  expect((await run(['undo', '--list'])).stdout).toBe('No turn of this workspace has written yet.\n')
})
