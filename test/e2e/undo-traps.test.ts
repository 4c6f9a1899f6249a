import { execFileSync } from 'node:child_process'
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { scriptCase } from '../support/script-case.ts'

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

test('only the last turn is meant: where nothing of it is left, that is said, and the one before is taken by the next undo', async () => {
  const { go, undo, root } = await scriptCase(['echo 1 > a', 'echo 2 > b'], { a: '0\n', b: '0\n' })
  await go('first')
  await go('second')
  await writeFile(join(root, 'b'), '0\n')
  const again = await undo()
  expect([again.exitCode, again.stdout]).toEqual([0, expect.stringContaining('Nothing of it is left')])
  expect(await readFile(join(root, 'a'), 'utf8')).toBe('1\n')
  expect((await undo()).stdout).toBe('1 file is put back.\n')
  expect(await readFile(join(root, 'a'), 'utf8')).toBe('0\n')
  expect((await undo()).stderr).toContain('undo.nothing')
})

test('an undo that nothing but conflicts came of fails, and the files are as they were', async () => {
  const { go, undo, root, run } = await scriptCase(['echo 1 > a; rm p'], { a: '0\n', p: 'p' })
  await go()
  await writeFile(join(root, 'a'), 'mine\n')
  execFileSync('sh', ['-c', 'mkfifo "$1/p"', 'sh', root])
  const done = await undo('--json')
  expect(done.exitCode).toBe(1)
  expect(JSON.parse(done.stdout)).toMatchObject({ done: false, changes: [], conflicts: [{ path: 'a' }, { path: 'p' }] })
  expect(await readFile(join(root, 'a'), 'utf8')).toBe('mine\n')
  const look = JSON.parse((await run(['undo', '--dry-run', '--json'])).stdout)
  expect(look).toMatchObject({ done: false, conflicts: [{ path: 'a' }, { path: 'p' }] })
})

test('what a person did with a changed file later stays, whatever it is', async () => {
  const { go, undo, now, root } = await scriptCase(['echo 1 > a; mkdir n; echo x > n/y; rm f; mkdir f; echo z > f/z'], {
    a: '0\n',
    f: 'f\n',
  })
  await go()
  await writeFile(join(root, 'n', 'mine'), 'm')
  await writeFile(join(root, 'f', 'mine'), 'm')
  const done = await undo()
  expect(done.stderr).toContain('left as it is: f (a directory with other files stands there now)')
  expect(await now()).toEqual({
    ...{ a: '644 0\n', n: 'directory', 'n/mine': '644 m' },
    ...{ f: 'directory', 'f/mine': '644 m' },
  })
})
