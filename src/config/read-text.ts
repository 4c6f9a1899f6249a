import { isUtf8 } from 'node:buffer'
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { CodexError } from '../plugin-api/errors.ts'

/** Larger texts are refused, so that no file fills the memory; a configuration has some thousand bytes. */
const maxTextBytes = 8 * 1024 * 1024

/**
 * UTF-8 text of a file, a byte order mark removed; line endings stay as they are.
 * @throws CodexError `config.unreadable` for text that is not UTF-8 or holds NUL, for a pipe or device, which could hang, and for more than 8 MiB;
 * errors of `node:fs` (`ENOENT`, `EACCES`, `EISDIR`, …) pass.
 */
export async function readTextFile(file: string): Promise<string> {
  const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  try {
    const stat = await handle.stat()
    if (!stat.isFile() && !stat.isDirectory()) {
      throw new CodexError('config.unreadable', 'Not a regular file', { location: { file } })
    }
    if (stat.size > maxTextBytes) {
      throw new CodexError('config.unreadable', `The file has ${stat.size} bytes; at most ${maxTextBytes} are read`, {
        hint: 'Move what is long to a file of its own.',
        location: { file },
      })
    }
    return decodeText(await handle.readFile(), file)
  } finally {
    await handle.close()
  }
}

/**
 * UTF-8 text of bytes, a byte order mark removed. Text holds no NUL: it is what tells a binary file, and UTF-16 without a mark, from one.
 * @throws CodexError `config.unreadable` with line, column and byte offset
 */
export function decodeText(bytes: Uint8Array, file: string): string {
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)
  const nul = bytes.indexOf(0)
  if (!utf16 && nul < 0 && isUtf8(bytes)) return new TextDecoder('utf-8').decode(bytes)
  const offset = utf16 ? 0 : nul < 0 ? validPrefixLength(bytes) : Math.min(nul, validPrefixLength(bytes))
  const before = new TextDecoder('utf-8').decode(bytes.subarray(0, offset)).split('\n')
  const isBinary = !utf16 && offset === nul
  const problem = utf16
    ? 'UTF-16 text, not UTF-8'
    : `${isBinary ? 'Not text: a NUL byte' : 'Not valid UTF-8: invalid byte'} at offset ${offset}`
  throw new CodexError('config.unreadable', problem, {
    hint: isBinary ? 'Save it as UTF-8 text, or take a binary file away.' : 'Save the file as UTF-8.',
    location: { file, line: before.length, column: (before.at(-1) ?? '').length + 1 },
  })
}

/** Length of the longest prefix that is whole, valid UTF-8 characters. */
function validPrefixLength(bytes: Uint8Array): number {
  let valid = 0
  let invalid = bytes.length
  // A prefix may end inside a character, so a boundary is looked for within four bytes of the middle.
  while (invalid - valid > 4) {
    const middle = valid + Math.floor((invalid - valid) / 2)
    const boundary = [middle, middle + 1, middle + 2, middle + 3].find(
      (end) => end < invalid && isUtf8(bytes.subarray(valid, end)),
    )
    if (boundary === undefined) invalid = middle
    else valid = boundary
  }
  let end = valid
  for (let next = valid + 1; next <= invalid; next++) if (isUtf8(bytes.subarray(valid, next))) end = next
  return end
}
