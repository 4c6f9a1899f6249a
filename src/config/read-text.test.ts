import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isCodexError } from '../plugin-api/errors.ts'
import { decodeText, readTextFile } from './read-text.ts'

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'codex-read-text-'))
})
afterEach(() => rm(directory, { recursive: true }))

function errorOf(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  return undefined
}

test('a byte order mark is removed and line endings stay', async () => {
  const file = join(directory, 'a.toml')
  await writeFile(file, '\uFEFFa = 1\r\nb = "é"\r\n')
  expect(await readTextFile(file)).toBe('a = 1\r\nb = "é"\r\n')
})

test('text that is not UTF-8 is an error with line, column and offset', () => {
  const bytes = Buffer.concat([Buffer.from('a = "é"\nb = "'), Buffer.from([0xe9]), Buffer.from('"\n')])
  const error = errorOf(() => decodeText(bytes, '/f.toml'))
  expect(error).toMatchObject({
    code: 'config.unreadable',
    message: 'Not valid UTF-8: invalid byte at offset 14',
    location: { file: '/f.toml', line: 2, column: 6 },
  })
})

test('bytes that hold NUL are no text', () => {
  const error = errorOf(() => decodeText(Buffer.from('a = 1\nb\0'), '/f.toml'))
  expect(error).toMatchObject({
    code: 'config.unreadable',
    message: 'Not text: a NUL byte at offset 7',
    location: { line: 2, column: 2 },
  })
})

test('a file of more than 8 MiB is not read', async () => {
  const file = join(directory, 'large.toml')
  await writeFile(file, '')
  await truncate(file, 50_000_000)
  await expect(readTextFile(file)).rejects.toMatchObject({
    code: 'config.unreadable',
    message: 'The file has 50000000 bytes; at most 8388608 are read',
  })
})

test('UTF-16 is named as such', () => {
  const error = errorOf(() => decodeText(Buffer.from('\uFEFFa = 1', 'utf16le'), '/f.toml'))
  expect(error).toMatchObject({ code: 'config.unreadable', message: 'UTF-16 text, not UTF-8' })
})

test('the offset of the first invalid byte is exact, wherever it stands', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), fc.string({ maxLength: 10 }), (before, after) => {
      const valid = Buffer.from(before.toWellFormed())
      const bytes = Buffer.concat([valid, Buffer.from([0xff]), Buffer.from(after.toWellFormed())])
      fc.pre(!(bytes[0] === 0xff && bytes[1] === 0xfe) && !bytes.includes(0))
      expect(errorOf(() => decodeText(bytes, '/f'))).toMatchObject({
        message: `Not valid UTF-8: invalid byte at offset ${valid.length}`,
      })
    }),
  )
})

test('errors of the file system pass', async () => {
  await expect(readTextFile(join(directory, 'none'))).rejects.toMatchObject({ code: 'ENOENT' })
  await expect(readTextFile(directory)).rejects.toMatchObject({ code: 'EISDIR' })
})

test('a pipe that nobody writes to is refused and does not hang', async () => {
  const pipe = join(directory, 'pipe')
  execFileSync('mkfifo', [pipe])
  const error = await readTextFile(pipe).catch((caught: unknown) => caught)
  expect(isCodexError(error) && error.code).toBe('config.unreadable')
})
