import {
  defineLazyTool,
  imageFacts,
  otherKindOf,
  type ToolContext,
  type ToolOutput,
  type Zod,
} from 'codex-kernel/plugin-api'
import { decodeText, encodingOf, isBinary, type TextEncoding } from './decode-text.ts'
import { pathProblem } from './path-problem.ts'
import { type LineWindow, readLines, type ShownLine } from './read-lines.ts'

const defaultLines = 2000
const maxLines = 10_000
/** Of one line; its rest is had by `byte_offset`. */
const maxLineBytes = 2000
/** What is shown of a file at once stays under what an output may hold, so that its end says where to go on. */
const maxShownBytes = 36_000
const maxPartBytes = 32_000
/** In larger files lines are counted no further than to where they are shown: this much takes some tenths of a second. */
const maxCountedBytes = 64 * 1024 * 1024

const makeInput = (z: Zod) =>
  z.strictObject({
    path: z.string().min(1).describe('Absolute, or relative to the working directory.'),
    offset: z.int().positive().default(1).describe('First line to show, from 1.'),
    limit: z.int().positive().max(maxLines).default(defaultLines).describe('Number of lines to show.'),
    byte_offset: z
      .int()
      .nonnegative()
      .optional()
      .describe(
        'Instead of lines: first byte to show, from 0, as the text is without line numbers. For very long lines.',
      ),
    byte_limit: z
      .int()
      .positive()
      .max(maxPartBytes)
      .default(maxPartBytes)
      .describe('With byte_offset: number of bytes to show.'),
  })

const makeOutputSchema = (z: Zod) =>
  z.union([
    z.strictObject({ path: z.string(), total_lines: z.literal(0), text: z.literal('') }).describe('Of an empty file.'),
    z.strictObject({
      path: z.string(),
      total_lines: z.int().describe('Of the file, as far as it was counted.'),
      first_line: z.int().describe('From 1.'),
      last_line: z.int().describe('Of the lines in text.'),
      text: z.string().describe('The lines, without numbers.'),
    }),
    z
      .strictObject({
        path: z.string(),
        first_byte: z.int().describe('From 0.'),
        last_byte: z.int().describe('The byte behind the last.'),
        total_bytes: z.int().describe('Of the file.'),
        text: z.string().describe('The bytes as text.'),
      })
      .describe('With byte_offset.'),
  ])

/** Shows a part of a text file, with line numbers; takes as much memory for a large file as for a small one. */
export const tool = defineLazyTool({
  name: 'read_file',
  description: `Reads a text file (UTF-8, or UTF-16 with a byte order mark). Each line comes as its number, a tab and its text. A note says where to go on when there is more. Images are for view_image.`,
  makeInput,
  makeOutputSchema,
  effects: ['read'],
  parallel: true,
  async run({ path, offset, limit, byte_offset, byte_limit }, ctx) {
    try {
      const { kind, sizeBytes } = await ctx.fs.stat(path)
      if (kind === 'directory') return unreadable(`${path} is a directory. list_dir shows what is in it.`)
      if (kind === 'other') return unreadable(`${path} is a pipe, socket or device, no file.`)
      if (byte_offset !== undefined)
        return await showBytes({ path, start: byte_offset, count: byte_limit, sizeBytes }, ctx)
      return await showLines({ path, first: offset, count: limit, sizeBytes }, ctx)
    } catch (error) {
      const problem = await pathProblem(error, path, ctx)
      if (problem === undefined) throw error
      return unreadable(problem)
    }
  },
})

async function showLines(
  { path, first, count, sizeBytes }: { path: string; first: number; count: number; sizeBytes: number },
  ctx: ToolContext,
): Promise<ToolOutput> {
  const file = await openText(ctx.fs.readChunks(path))
  if ('kind' in file) return unreadable(notText(path, file.kind, sizeBytes))
  const window = await readLines(file.chunks, { first, count, maxLineBytes, maxCountedBytes })
  const { total, isMore } = window
  if (total === 0) {
    return { text: '[The file is empty.]', summary: 'empty', structured: { path, total_lines: 0, text: '' } }
  }
  if (first > total) {
    return unreadable(`${path} has ${isMore ? 'more than ' : ''}${total} lines; offset ${first} is behind its end.`)
  }
  return present(path, first, window, file.encoding)
}

function present(
  path: string,
  first: number,
  { lines, total, isMore }: LineWindow,
  encoding: TextEncoding,
): ToolOutput {
  const decoded = lines.map(decodeLine)
  let room = maxShownBytes
  const numbered: string[] = []
  for (const [index, { text }] of decoded.entries()) {
    const line = `${first + index}\t${text}`
    room -= Buffer.byteLength(line) + 1
    if (room < 0 && numbered.length > 0) break
    numbered.push(line)
  }
  const last = first + numbered.length - 1
  const ofTotal = `${isMore ? 'more than ' : ''}${total}`
  const cut = lines.slice(0, numbered.length).find(isCut)
  const cutCount = lines.slice(0, numbered.length).filter(isCut).length
  const notes = [
    (last < total || isMore) && `[Lines ${first} to ${last} of ${ofTotal}. Go on with offset ${last + 1}.]`,
    cut !== undefined &&
      (encoding === 'utf-8'
        ? `[${cutCount} of the lines are longer than ${maxLineBytes} bytes and cut. The rest of line ${first + lines.indexOf(cut)} is at byte_offset ${cut.start + cut.bytes.length}.]`
        : `[${cutCount} of the lines are longer than ${maxLineBytes} bytes and cut.]`),
    decoded.some(({ isLossy }) => isLossy) && '[Not valid UTF-8: what could not be read stands as \uFFFD.]',
    encoding !== 'utf-8' && `[The file is in ${encoding.toUpperCase()}; apply_patch cannot change it.]`,
  ]
  const isWhole = first === 1 && last === total && !isMore
  return {
    text: [...numbered, ...notes.filter((note) => note !== false)].join('\n'),
    summary: isWhole ? `${total} lines` : `lines ${first}-${last} of ${ofTotal}`,
    structured: {
      ...{ path, total_lines: total, first_line: first, last_line: first + lines.length - 1 },
      text: decoded.map(({ text }) => text).join('\n'),
    },
  }
}

async function showBytes(
  { path, start, count, sizeBytes }: { path: string; start: number; count: number; sizeBytes: number },
  ctx: ToolContext,
): Promise<ToolOutput> {
  if (start >= sizeBytes && sizeBytes > 0) {
    return unreadable(`${path} has ${sizeBytes} bytes; byte_offset ${start} is behind its end.`)
  }
  const pieces: Uint8Array[] = []
  for await (const piece of ctx.fs.readChunks(path, { start, end: start + count })) pieces.push(piece)
  const bytes = Buffer.concat(pieces)
  if (isBinary(bytes)) return unreadable(notText(path, 'a binary file', sizeBytes))
  const from = start === 0 ? 0 : characterStart(bytes)
  const end = start + bytes.length
  const part = bytes.subarray(from, end < sizeBytes ? wholeCharactersEnd(bytes) : bytes.length)
  const { text, isLossy } = decodeText(part, 'utf-8')
  const first = start + from
  const behind = first + part.length
  const notes = [
    `[Bytes ${first} to ${behind} of ${sizeBytes}.${behind < sizeBytes ? ` Go on with byte_offset ${behind}.` : ''}]`,
    isLossy && '[Not valid UTF-8: what could not be read stands as \uFFFD.]',
  ]
  return {
    text: [text, ...notes.filter((note) => note !== false)].join('\n'),
    summary: `bytes ${first}-${behind} of ${sizeBytes}`,
    structured: { path, first_byte: first, last_byte: behind, total_bytes: sizeBytes, text },
  }
}

/** The pieces of a text as UTF-8, or what else the file is by its beginning. */
async function openText(
  chunks: AsyncGenerator<Uint8Array, void>,
): Promise<
  { readonly chunks: AsyncIterable<Uint8Array>; readonly encoding: TextEncoding } | { readonly kind: string }
> {
  const first = await chunks.next()
  const head = first.done ? new Uint8Array() : first.value
  const kind = otherThanText(head)
  if (kind !== undefined) {
    await chunks.return()
    return { kind }
  }
  const encoding = encodingOf(head)
  return { chunks: asUtf8(head, chunks, encoding), encoding }
}

async function* asUtf8(
  head: Uint8Array,
  rest: AsyncGenerator<Uint8Array, void>,
  encoding: TextEncoding,
): AsyncGenerator<Uint8Array, void> {
  try {
    if (encoding === 'utf-8') {
      yield head
      yield* rest
      return
    }
    const decoder = new TextDecoder(encoding)
    yield Buffer.from(decoder.decode(head, { stream: true }))
    for await (const piece of rest) yield Buffer.from(decoder.decode(piece, { stream: true }))
    yield Buffer.from(decoder.decode())
  } finally {
    await rest.return()
  }
}

/** What a file is that is shown as no text; undefined for a text. */
function otherThanText(head: Uint8Array): string | undefined {
  const image = imageFacts(head)
  if (image) return `an image (${image.mediaType}), which view_image shows: a file`
  const kind = otherKindOf(head)
  if (isBinary(head)) return kind ?? 'a binary file'
  return kind === 'a PDF document' ? kind : undefined
}

function notText(path: string, kind: string, sizeBytes: number): string {
  return `${path} is ${kind} of ${sizeBytes} bytes; it is not shown.`
}

function isCut({ bytes, lengthBytes }: ShownLine): boolean {
  return bytes.length === maxLineBytes && lengthBytes > maxLineBytes
}

/** A line that was cut may end inside a character, whose beginning is left out. */
function decodeLine(line: ShownLine): { readonly text: string; readonly isLossy: boolean } {
  return decodeText(isCut(line) ? line.bytes.subarray(0, wholeCharactersEnd(line.bytes)) : line.bytes, 'utf-8')
}

/** How many of the first bytes continue a character that began before. */
function characterStart(bytes: Uint8Array): number {
  let at = 0
  while (at < 4 && ((bytes[at] ?? 0) & 0xc0) === 0x80) at++
  return at < 4 ? at : 0
}

/** Where the last whole character ends; the length where the end is no UTF-8 at all. */
function wholeCharactersEnd(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(4, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0
    if ((byte & 0xc0) === 0x80) continue
    const size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1
    return size > back ? bytes.length - back : bytes.length
  }
  return bytes.length
}

function unreadable(text: string): ToolOutput {
  return { text, failed: true }
}
