import { defineTool, type ToolOutput, z } from 'codex-kernel/plugin-api'
import { decodeText } from './decode-text.ts'
import { errorCode } from './error-code.ts'
import { describeMissing } from './nearest-names.ts'

const defaultLines = 2000
const maxLineLength = 2000
const maxFileBytes = 64 * 1024 * 1024

/** Shows a part of a text file with line numbers. */
export const tool = defineTool({
  name: 'read_file',
  description: `Reads a text file. Each line comes as its number, a tab and its text; a note says where to go on when there is more than ${defaultLines} lines.`,
  input: z.strictObject({
    path: z.string().min(1).describe('Absolute, or relative to the working directory.'),
    offset: z.int().positive().default(1).describe('First line to show, from 1.'),
    limit: z.int().positive().default(defaultLines).describe('Number of lines to show.'),
  }),
  effects: ['read'],
  parallel: true,
  async run({ path, offset, limit }, ctx) {
    try {
      const { kind, sizeBytes } = await ctx.fs.stat(path)
      if (kind === 'directory') return unreadable(`${path} is a directory. list_dir shows what is in it.`)
      if (kind === 'other') return unreadable(`${path} is a pipe, socket or device, no file.`)
      if (sizeBytes > maxFileBytes) {
        return unreadable(
          `${path} has ${sizeBytes} bytes, more than ${maxFileBytes}: search it, or cut a part out by shell.`,
        )
      }
      return show(path, await ctx.fs.readFile(path), offset, limit)
    } catch (error) {
      const code = errorCode(error)
      if (code === 'ENOENT') return unreadable(await describeMissing(path, ctx))
      if (code === 'ENOTDIR') return unreadable(`${path}: a part of the path is a file, no directory.`)
      if (code === 'EACCES') return unreadable(`${path} may not be read by this user.`)
      throw error
    }
  },
})

function show(path: string, bytes: Uint8Array, offset: number, limit: number): ToolOutput {
  const decoded = decodeText(bytes)
  if (decoded.isBinary) return unreadable(`${path} is a binary file of ${bytes.length} bytes; it is not shown.`)
  const lines = splitLines(decoded.text)
  if (lines.length === 0) {
    return { text: '[The file is empty.]', summary: 'empty', structured: { path, total_lines: 0, text: '' } }
  }
  if (offset > lines.length) return unreadable(`${path} has ${lines.length} lines; offset ${offset} is behind its end.`)
  const shown = lines.slice(offset - 1, offset - 1 + limit)
  const last = offset + shown.length - 1
  const cutLines = shown.filter((line) => line.length > maxLineLength).length
  const notes = [
    last < lines.length && `[Lines ${offset} to ${last} of ${lines.length}. Go on with offset ${last + 1}.]`,
    cutLines > 0 && `[${cutLines} of the lines are longer than ${maxLineLength} characters and cut.]`,
    decoded.isLossy && '[Not valid UTF-8: what could not be read stands as \uFFFD.]',
  ]
  const numbered = shown.map((line, index) => `${offset + index}\t${line.slice(0, maxLineLength)}`)
  return {
    text: [...numbered, ...notes.filter((note) => note !== false)].join('\n'),
    summary: shown.length === lines.length ? `${lines.length} lines` : `lines ${offset}-${last} of ${lines.length}`,
    structured: { path, total_lines: lines.length, first_line: offset, last_line: last, text: shown.join('\n') },
  }
}

function unreadable(text: string): ToolOutput {
  return { text, failed: true }
}

/** Without line ends; a last line end begins no further line. */
function splitLines(text: string): readonly string[] {
  const lines = text.split(/\r?\n/)
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines
}
