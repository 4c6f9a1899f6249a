import { closeSync, fstatSync, readSync } from 'node:fs'
import { resolve } from 'node:path'
import { decodeText } from '../../config/read-text.ts'
import { CodexError, isCodexError } from '../../plugin-api/errors.ts'
import { openRealFile } from '../../sandbox/files/pinned-directory.ts'
import { markData } from '../mark-data.ts'
import { formatSourceLocation, type SourceLocation } from '../source-location.ts'
import type { ContextDeps } from './context-deps.ts'
import { cutText } from './cut-text.ts'

/** Bytes of a file in which the lines of a location are looked for. */
const maxSearchedBytes = 8 * 1024 * 1024

/**
 * The text of a file, or of the lines of it that a location names, marked as data; cut to the limit, with a note. A relative path
 * starts at the working directory; what is not there is looked for from the workspace root, as `context.files` names it.
 * @throws CodexError `command.template` that names the file and, where the gate says no, the rule
 */
export async function readFileContent(location: SourceLocation, deps: ContextDeps): Promise<string> {
  const name = formatSourceLocation(location)
  const candidates = [...new Set([resolve(deps.cwd, location.file), resolve(deps.workspaceRoot, location.file)])]
  for (const path of candidates) {
    const text = await readCandidate(path, location, deps)
    if (text === undefined) continue
    const cut = cutText(text.text, deps.limits.fileBytes, name, text.goesOn)
    if (cut.note !== undefined) deps.note(cut.note)
    return markData(cut.text, name)
  }
  throw new CodexError('command.template', `${location.file}: there is no such file`, {
    hint: `Paths are relative to ${deps.cwd}, or to the workspace root ${deps.workspaceRoot}.`,
  })
}

interface ReadText {
  readonly text: string
  /** True where the file has more than was read. */
  readonly goesOn: boolean
}

/** Undefined where there is no such file. */
async function readCandidate(path: string, location: SourceLocation, deps: ContextDeps): Promise<ReadText | undefined> {
  const maxBytes = location.start === undefined ? deps.limits.fileBytes : maxSearchedBytes
  try {
    const read = await deps.actions.perform(
      { kind: 'read', path },
      (allowed) => readHead(allowed.path, maxBytes),
      (result) => `${Buffer.byteLength(result.text)} bytes`,
    )
    return location.start === undefined ? read : { text: linesOf(read, location), goesOn: false }
  } catch (error) {
    deps.signal.throwIfAborted()
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    const reason = isCodexError(error) ? error.message : code === 'EISDIR' ? 'it is a directory' : String(code ?? error)
    const hint = isCodexError(error) ? error.hint : undefined
    throw new CodexError('command.template', `${location.file} cannot be read: ${reason}`, {
      cause: error,
      ...(hint === undefined ? {} : { hint }),
    })
  }
}

/** The first bytes of a file as text; a character that the end falls into is left out. */
async function readHead(realPath: string, maxBytes: number): Promise<ReadText> {
  const descriptor = openRealFile(realPath)
  try {
    const { size } = fstatSync(descriptor)
    const buffer = Buffer.alloc(Math.min(size, maxBytes))
    const bytesRead = readSync(descriptor, buffer)
    const goesOn = size > maxBytes
    const bytes = buffer.subarray(0, bytesRead)
    return { text: decodeText(goesOn ? wholeCharacters(bytes) : bytes, realPath), goesOn }
  } finally {
    closeSync(descriptor)
  }
}

/** Without the bytes of a last character that is not whole (at most three, RFC 3629). */
function wholeCharacters(bytes: Uint8Array): Uint8Array {
  for (let back = 1; back <= Math.min(4, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte < 0x80) return bytes
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
      return length > back ? bytes.subarray(0, bytes.length - back) : bytes
    }
  }
  return bytes
}

function linesOf({ text, goesOn }: ReadText, { file, start = 1, end = start }: SourceLocation): string {
  const lines = text.replace(/\n$/, '').split('\n')
  if (end <= lines.length) return lines.slice(start - 1, end).join('\n')
  const extent = goesOn
    ? `line ${end} is not within its first ${maxSearchedBytes} bytes`
    : `it has ${lines.length} lines`
  throw new CodexError('command.template', `${file}:${start}-${end}: ${extent}`)
}
