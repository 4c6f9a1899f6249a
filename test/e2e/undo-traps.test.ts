import { execFileSync } from 'node:child_process'
import { lstat, mkdir, readdir, readFile, readlink, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type ExecCase, execCase } from '../support/exec-case.ts'

/** All that lies below a directory: kind, mode and contents by path; what git keeps of its own is left out. */
async function snapshot(root: string): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {}
  const names = (await readdir(root, { recursive: true })).filter((name) => !/(^|\/)\.git(\/|$)/.test(name)).sort()
  for (const name of names) {
    const path = join(root, name)
    const facts = await lstat(path)
    const mode = (facts.mode & 0o777).toString(8)
    if (facts.isSymbolicLink()) found[name] = `link ${await readlink(path)}`
    else if (facts.isDirectory()) found[name] = 'directory'
    else found[name] = `${mode} ${await readFile(path, 'utf8')}`
  }
  return found
}

/** A workspace, and a turn in it that runs one script. */
async function scriptCase(
  scripts: readonly string[],
  files: Readonly<Record<string, string>>,
  prepare: (root: string, session: ExecCase) => Promise<void> = async () => {},
  git = false,
) {
  const turns = scripts.flatMap((script) => [{ calls: [{ shell: script }] }, { text: 'done' }])
  const session = await execCase(turns, { files, git })
  const root = session.workspace.path
  await prepare(root, session)
  const before = await snapshot(root)
  const go = async (prompt = 'go') => {
    const result = await session.exec(['-s', 'workspace-write', prompt])
    expect(result.exitCode).toBe(0)
    return result
  }
  const undo = async (...more: readonly string[]) => session.run(['undo', '--yes', ...more])
  return { ...session, root, before, go, undo, now: () => snapshot(root) }
}

test.each<[string, string, Readonly<Record<string, string>>]>([
  ['files that were renamed', 'mv a.txt b.txt; mkdir -p x/y; mv d/e.txt x/y/z.txt', { 'a.txt': 'a', 'd/e.txt': 'e' }],
  ['a name in another case', 'mv a.txt A.txt', { 'a.txt': 'a' }],
  ['a file that became a directory', 'rm a; mkdir a; echo x > a/b; echo y > a/c', { a: 'file' }],
  ['a directory that became a file', 'rm d/e/f d/g; rmdir d/e d; echo x > d', { 'd/e/f': 'f', 'd/g': 'g' }],
  ['new directories', 'mkdir -p n/m; echo x > n/m/o; echo y > n/p', { 'a.txt': 'a' }],
  ['odd names', "mv 'a b' 'c\nd'; echo x > \"\\$e'f\"; rm -- -g; echo h >> é", { 'a b': 'a', '-g': 'g', é: 'e' }],
  ['an empty file', ': > new; rm old', { old: '' }],
  ['mode bits', 'chmod +x a; chmod -x b', { a: 'a', b: 'b' }],
])('undo puts back %s', async (_, script, files) => {
  const { before, go, undo, now } = await scriptCase([script], files, async (root) => {
    if ('b' in files) execFileSync('chmod', ['755', join(root, 'b')])
  })
  await go()
  expect(await now()).not.toEqual(before)
  const done = await undo()
  expect([done.exitCode, done.stderr]).toEqual([0, expect.not.stringContaining('left as it is')])
  expect(await now()).toEqual(before)
})

test('a file that others may not read stays so', async () => {
  const { before, go, undo, now } = await scriptCase(['echo b > a'], { a: 'a' }, async (root) => {
    execFileSync('chmod', ['600', join(root, 'a')])
  })
  await go()
  await undo()
  expect(await now()).toEqual(before)
})

test('links are put back as links, and what they lead to is not touched', async () => {
  const { before, go, undo, now, workspace } = await scriptCase(
    ['rm link out; ln -s a.txt made; ln -sfn b.txt turned; rm file; ln -s a.txt file; rm back; echo x > back'],
    { 'a.txt': 'a', 'b.txt': 'b', file: 'f' },
    async (root) => {
      await symlink('a.txt', join(root, 'link'))
      await symlink('/etc/hostname', join(root, 'out'))
      await symlink('a.txt', join(root, 'turned'))
      await symlink('b.txt', join(root, 'back'))
    },
  )
  await go()
  const done = await undo()
  expect(done.exitCode).toBe(0)
  expect(await now()).toEqual(before)
  expect(workspace.path).toBeTruthy()
})

test('a directory that somebody turned into a link later leads no write out of the workspace', async () => {
  const { go, undo, root } = await scriptCase(['echo b > d/a; rm d/gone'], { 'd/a': 'a', 'd/gone': 'g' })
  await go()
  const outside = join(root, '..', `${root.split('/').at(-1)}-outside`)
  await mkdir(outside)
  await writeFile(join(outside, 'a'), 'b\n')
  execFileSync('sh', ['-c', `rm -r "$1/d"; ln -s "$2" "$1/d"`, 'sh', root, outside])
  const done = await undo()
  expect(await readdir(outside)).toEqual(['a'])
  expect(await readFile(join(outside, 'a'), 'utf8')).toBe('b\n')
  expect(done.stderr + done.stdout).toMatch(/d\/a/)
  execFileSync('rm', ['-r', outside])
})
