import { execFile } from 'node:child_process'
import { lstat, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { assertWritable, writeOutputFile } from './output-file.ts'

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'codex-output-'))
  onTestFinished(() => rm(path, { recursive: true, force: true }))
  return path
}

test('a link stays, and the file that it leads to is written whole', async () => {
  const dir = await folder()
  await writeFile(join(dir, 'real.txt'), 'old', { mode: 0o640 })
  await symlink('real.txt', join(dir, 'inner'))
  await symlink('inner', join(dir, 'outer'))
  await writeOutputFile(join(dir, 'outer'), 'new')
  expect(await readlink(join(dir, 'outer'))).toBe('inner')
  expect(await readlink(join(dir, 'inner'))).toBe('real.txt')
  expect(await readFile(join(dir, 'real.txt'), 'utf8')).toBe('new')
  expect((await lstat(join(dir, 'real.txt'))).mode & 0o777).toBe(0o640)
  expect((await readdir(dir)).toSorted()).toEqual(['inner', 'outer', 'real.txt'])
})

test('a link to what is not there yet makes the file that it names', async () => {
  const dir = await folder()
  await symlink('later.txt', join(dir, 'link'))
  await assertWritable(join(dir, 'link'))
  await writeOutputFile(join(dir, 'link'), 'text')
  expect((await lstat(join(dir, 'link'))).isSymbolicLink()).toBe(true)
  expect(await readFile(join(dir, 'later.txt'), 'utf8')).toBe('text')
})

test('a link into a folder that is not there, a circle and a folder are refused before the work', async () => {
  const dir = await folder()
  await symlink('none/later.txt', join(dir, 'nowhere'))
  await symlink('circle', join(dir, 'circle'))
  await expect(assertWritable(join(dir, 'nowhere'))).rejects.toThrow('its directory does not exist')
  await expect(assertWritable(join(dir, 'circle'))).rejects.toThrow('its links lead in a circle')
  await expect(assertWritable(dir)).rejects.toThrow('it is a directory')
})

test('a link to the output of the process goes where the shell sent it, behind what is there, and stays', async () => {
  const dir = await folder()
  await symlink('/proc/self/fd/1', join(dir, 'out'))
  await writeFile(join(dir, 'kept.txt'), 'before\n')
  const module = fileURLToPath(new URL('output-file.ts', import.meta.url))
  const program = `const m = await import(${JSON.stringify(module)}); await m.assertWritable(process.argv[1]); await m.writeOutputFile(process.argv[1], 'report\\n')`
  const run = `"$0" --input-type=module -e "$1" "$2" >> kept.txt; echo after >> kept.txt`
  await promisify(execFile)('sh', ['-c', run, process.execPath, program, join(dir, 'out')], { cwd: dir })
  expect(await readFile(join(dir, 'kept.txt'), 'utf8')).toBe('before\nreport\nafter\n')
  expect(await readlink(join(dir, 'out'))).toBe('/proc/self/fd/1')
  const piped = `"$0" --input-type=module -e "$1" "$2" | cat`
  const { stdout } = await promisify(execFile)('sh', ['-c', piped, process.execPath, program, join(dir, 'out')])
  expect(stdout).toBe('report\n')
})

test('a pipe is written to and stays a pipe', async () => {
  const dir = await folder()
  const pipe = join(dir, 'pipe')
  await promisify(execFile)('mkfifo', [pipe])
  const read = readFile(pipe, 'utf8')
  await writeOutputFile(pipe, 'through')
  expect(await read).toBe('through')
  expect((await lstat(pipe)).isFIFO()).toBe(true)
})
