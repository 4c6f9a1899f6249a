import { spawnSync } from 'node:child_process'
import { mkdir, readdir, readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { codexBin } from '../support/run-codex.ts'
import { makeWorkspace, type TempWorkspace } from '../support/temp-workspace.ts'

// What the stand-alone `apply_patch` of Codex does, as observed; where ours differs on purpose, the test says so.

let links: TempWorkspace
const spaces: TempWorkspace[] = []
beforeAll(async () => {
  links = await makeWorkspace()
  await symlink(codexBin, join(links.path, 'apply_patch'))
})
afterAll(async () => {
  for (const space of [links, ...spaces]) await space.remove()
})

async function space(files: Readonly<Record<string, string>> = {}): Promise<string> {
  const made = await makeWorkspace()
  spaces.push(made)
  // One level down, so that `../x` is a place of the test's own.
  await mkdir(join(made.path, 'in'))
  await made.write(Object.fromEntries(Object.entries(files).map(([name, text]) => [`in/${name}`, text])))
  return join(made.path, 'in')
}

const run = (argv: readonly string[], cwd: string, input = '') => {
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, { cwd, input, encoding: 'utf8' })
  return { status, stdout, stderr }
}
const byFlag = (patch: string, cwd: string) => run([codexBin, '--codex-run-as-apply-patch', patch], cwd)
const byName = (argv: readonly string[], cwd: string, input = '') =>
  run([join(links.path, 'apply_patch'), ...argv], cwd, input)
const patchOf = (...lines: readonly string[]) => `${['*** Begin Patch', ...lines, '*** End Patch'].join('\n')}\n`

async function treeOf(directory: string): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const texts = await Promise.all(
    files.sort().map(async (file) => [file.slice(directory.length + 1), await readFile(file, 'utf8')]),
  )
  return Object.fromEntries(texts)
}

test('files are added, changed by a named line, moved into a new directory and deleted', async () => {
  const cwd = await space({ 'm.txt': 'f\n x\ng\n x\n', 'old.txt': 'a\n', 'd.txt': 'd\n' })
  const patch = patchOf(
    ...['*** Delete File: d.txt'],
    ...['*** Update File: old.txt', '*** Move to: new/dir/n.txt', '@@', '-a', '+b'],
    ...['*** Update File: m.txt', '@@ g', '- x', '+ y'],
    ...['*** Add File: sub/a.txt', '+one', '+', '*** Add File: empty.txt'],
  )
  expect(byFlag(patch, cwd)).toEqual({
    status: 0,
    stdout: 'Success. Updated the following files:\nA sub/a.txt\nA empty.txt\nM new/dir/n.txt\nM m.txt\nD d.txt\n',
    stderr: '',
  })
  expect(await treeOf(cwd)).toEqual({
    'empty.txt': '',
    'm.txt': 'f\n x\ng\n y\n',
    'new/dir/n.txt': 'b\n',
    'sub/a.txt': 'one\n\n',
  })
})

test.each([
  ['a chunk of new lines alone goes to the end', 'a\nb\n', ['@@', '+c'], 'a\nb\nc\n'],
  ['the end of the file picks the last place', 'x\ny\nx\n', ['@@', '-x', '+z', '*** End of File'], 'x\ny\nz\n'],
  ['CRLF stays and comes', 'a\r\nb\r\nc\r\n', ['@@', ' a', '-b', '+x', '+y'], 'a\r\nx\r\ny\r\nc\r\n'],
  ['a file without a final line end gets one', 'a\nb', ['@@', '-a', '+c'], 'c\nb\n'],
  ['blanks behind are forgiven', 'a  \nb\n', ['@@', '-a', '+c'], 'c\nb\n'],
  ['blanks before are forgiven', '\t a\nb\n', ['@@', '-a', '+c'], 'c\nb\n'],
  ['typographic quotes and dashes are forgiven', 'say “hi” — now\n', ['@@', '-say "hi" - now', '+bye'], 'bye\n'],
  ['several chunks are found in order', 'a\nb\na\nb\n', ['@@', '-a', '+1', '@@', '-a', '+2'], '1\nb\n2\nb\n'],
  ['the first chunk needs no marker', 'a\nb\n', ['-a', '+c'], 'c\nb\n'],
])('%s', async (_, before, lines, after) => {
  const cwd = await space({ 'f.txt': before })
  expect(byFlag(patchOf('*** Update File: f.txt', ...lines), cwd)).toEqual({
    status: 0,
    stdout: 'Success. Updated the following files:\nM f.txt\n',
    stderr: '',
  })
  expect(await treeOf(cwd)).toEqual({ 'f.txt': after })
})

test('a here-document around the patch and blanks around its markers are accepted', async () => {
  const cwd = await space()
  expect(byFlag("<<'EOF'\n  *** Begin Patch \n*** Add File: a\n+x\n *** End Patch\t\nEOF\n", cwd).status).toBe(0)
  expect(byName([], cwd, '<<EOF\n*** Begin Patch\n*** Add File: b\n+y\n*** End Patch\nEOF').status).toBe(0)
  expect(await treeOf(cwd)).toEqual({ a: 'x\n', b: 'y\n' })
})

test('a file that is there is overwritten; absolute paths and paths above are the business of whoever calls', async () => {
  const cwd = await space({ a: 'old\n' })
  const { status, stdout } = byName(
    [patchOf('*** Add File: a', '+new', '*** Add File: ../up', '+u', `*** Add File: ${cwd}/abs`)],
    cwd,
  )
  expect({ status, stdout }).toEqual({
    status: 0,
    stdout: `Success. Updated the following files:\nA a\nA ../up\nA ${cwd}/abs\n`,
  })
  expect(await treeOf(cwd)).toEqual({ a: 'new\n', abs: '' })
  expect(await readFile(join(cwd, '../up'), 'utf8')).toBe('u\n')
})

test.each([
  [['*** Delete File: gone'], 'Failed to delete file CWD/gone'],
  [
    ['*** Update File: gone', '@@', '-a'],
    'Failed to read file to update CWD/gone: No such file or directory (os error 2)',
  ],
  [['*** Update File: f', '@@', ' q', '-z'], 'Failed to find expected lines in CWD/f:\nq\nz'],
  [[], 'No files were modified.'],
  [
    ['*** Frob File: a'],
    "Invalid patch hunk on line 2: '*** Frob File: a' is not a valid hunk header. Valid hunk headers: '*** Add File: {path}', '*** Delete File: {path}', '*** Update File: {path}'",
  ],
  [['*** Update File: c.txt'], "Invalid patch hunk on line 2: Update file hunk for path 'c.txt' is empty"],
  [
    ['*** Update File: f', '@@', 'oops'],
    "Invalid patch hunk on line 4: Unexpected line found in update hunk: 'oops'. Every line should start with ' ' (context line), '+' (added line), or '-' (removed line)",
  ],
  [
    ['*** Update File: f', '@@', '-a', 'oops'],
    "Invalid patch hunk on line 5: Expected update hunk to start with a @@ context marker, got: 'oops'",
  ],
])('%j fails with its message on stderr alone, and exit 1', async (lines, message) => {
  const cwd = await space({ f: 'a\n' })
  expect(byFlag(patchOf(...lines), cwd)).toEqual({
    status: 1,
    stdout: '',
    stderr: `${message.replaceAll('CWD', cwd)}\n`,
  })
  expect(await treeOf(cwd)).toEqual({ f: 'a\n' })
})

test('where the second file fails, the first is as it was: unlike in Codex, all or none', async () => {
  const cwd = await space({ f: 'a\n', d: 'd\n' })
  const first = ['*** Update File: f', '@@', '-a', '+b', '*** Delete File: d', '*** Add File: n/e/w', '+x']
  expect(byFlag(patchOf(...first, '*** Update File: gone', '@@', '-a'), cwd).status).toBe(1)
  expect(await treeOf(cwd)).toEqual({ d: 'd\n', f: 'a\n' })
  expect((await readdir(cwd)).sort()).toEqual(['d', 'f'])
})

test('a call without a patch says how it is called', async () => {
  const cwd = await space()
  const usage = byName([], cwd)
  expect({ ...usage, stderr: usage.stderr.trimEnd().split('\n').length }).toEqual({ status: 2, stdout: '', stderr: 2 })
  expect(byName(['a', 'b'], cwd)).toEqual({
    status: 2,
    stdout: '',
    stderr: 'Error: apply_patch accepts exactly one argument.\n',
  })
  expect(run([codexBin, '--codex-run-as-apply-patch'], cwd)).toEqual({
    status: 1,
    stdout: '',
    stderr: 'Error: --codex-run-as-apply-patch requires a UTF-8 PATCH argument.\n',
  })
})
