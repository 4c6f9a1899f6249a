import { readFile } from 'node:fs/promises'
import type { z } from 'zod'
import { historyItemSchema } from '../../plugin-api/history.ts'
import { CodexError, type HistoryItem, type ModelEvent, type RecordedRequest } from '../../plugin-api/index.ts'
import {
  type RecordedTurnLine,
  type RecordingHeader,
  type RecordingLine,
  type RecordingLineOf,
  recordingLineSchema,
  recordingVersion,
} from './recording-lines.ts'

/** A recording, read and put together. Its texts are as the file has them. */
export interface Recording {
  readonly file: string
  readonly header: RecordingHeader
  /** In the order in which they began. */
  readonly turns: readonly RecordedTurn[]
  readonly approvals: readonly RecordingLineOf<'approval'>[]
  readonly answers: readonly RecordingLineOf<'answer'>[]
  /** A selection that came in by a pipe; absent: none was read. */
  readonly selection?: string
}

/** What one turn got from outside. */
export interface RecordedTurn {
  readonly line: RecordedTurnLine
  readonly requests: readonly RecordedRequest[]
  readonly fallbacks: readonly RecordingLineOf<'fallback'>[]
  readonly messages: readonly RecordingLineOf<'message'>[]
  readonly stops: readonly RecordingLineOf<'stop'>[]
  /** What tool calls showed, by call; those of no call under the empty id. */
  readonly items: ReadonlyMap<string, readonly RecordingLineOf<'item'>[]>
  readonly outputs: ReadonlyMap<string, RecordingLineOf<'output'>>
  /** How it ended; absent: the recording ends before. */
  readonly outcome?: RecordingLineOf<'end'>['outcome']
}

/**
 * Reads a recording. Half a last line, as a crash leaves it, is passed over; anything else that is no line is an error.
 *
 * @param file absolute path
 * @throws CodexError `recording.unreadable`, with the line
 */
export async function readRecording(file: string): Promise<Recording> {
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    const known = { ENOENT: 'it does not exist', EISDIR: 'it is a directory', EACCES: 'it is not readable for you' }
    const why = Object.entries(known).find(([code]) => code === cause.code)?.[1] ?? cause.code ?? cause.message
    throw unreadable(file, undefined, `cannot be read: ${why}`, 'Name a file that --record has written.', cause)
  })
  const rows = text.split('\n')
  const last = rows.pop() ?? ''
  if (isJson(last)) rows.push(last)
  const lines = rows.map((row, index) => parseLine(row, index + 1, file))
  const [header, ...others] = lines
  if (header?.type !== 'recording') {
    const what = text.trim() === '' ? 'is empty' : 'is no recording: its first line does not say `"type":"recording"`'
    throw unreadable(file, 1, what, 'Name a file that --record has written.')
  }
  const second = others.findIndex(({ type }) => type === 'recording')
  if (second !== -1) throw unreadable(file, second + 2, 'begins a second time', 'Replay each recording by itself.')
  const numbers = new Map(lines.map((line, index) => [line, index + 1]))
  const linesOfTurns = Map.groupBy(others, (line) => ('turn' in line ? line.turn : 0))
  const turnLines = others.filter((line) => line.type === 'turn')
  const selection = others.find((line) => line.type === 'selection')?.text
  return {
    file,
    header,
    turns: turnLines.map((line) =>
      turnOf(line, linesOfTurns.get(line.turn) ?? [], (each) => numbers.get(each) ?? 0, file),
    ),
    approvals: others.filter((line) => line.type === 'approval'),
    answers: others.filter((line) => line.type === 'answer'),
    ...(selection !== undefined && { selection }),
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function parseLine(row: string, number: number, file: string): RecordingLine {
  let value: unknown
  try {
    value = JSON.parse(row)
  } catch (cause) {
    const hint = 'Take the file as it was recorded; a line that was damaged cannot be left out.'
    throw unreadable(file, number, 'is no JSON', hint, cause)
  }
  if (number === 1) assertVersion(value, file)
  const parsed = recordingLineSchema.safeParse(value)
  const problem = parsed.success ? itemProblem(parsed.data) : problemOf(parsed.error)
  // The parsed copy would lose fields of items that no schema names.
  if (problem === undefined) return value as RecordingLine // checked
  throw unreadable(
    file,
    number,
    `is no line of a recording (${problem})`,
    'docs/reference/recording.md lists all lines.',
  )
}

function itemProblem(line: z.infer<typeof recordingLineSchema>): string | undefined {
  if (line.type !== 'turn' && line.type !== 'request') return undefined
  for (const item of [...(line.type === 'turn' ? line.history : []), ...line.input]) {
    const checked = historyItemSchema.safeParse(item)
    if (!checked.success) return `an item of type ${item.type}: ${problemOf(checked.error)}`
  }
  return undefined
}

function problemOf({ issues: [issue] }: z.ZodError): string {
  const field = issue?.path.join('.') ?? ''
  return `${field === '' ? 'the line' : `"${field}"`}: ${issue?.message ?? 'unknown'}`
}

/** Said before anything else: what a newer program writes may not fit the schema at all. */
function assertVersion(value: unknown, file: string): void {
  const said = typeof value === 'object' && value !== null && 'version' in value ? value.version : undefined
  if (typeof said !== 'number' || said <= recordingVersion) return
  throw unreadable(
    file,
    1,
    `is of version ${said}; this program reads ${recordingVersion}`,
    'Update codex-kernel, or record the thread again with this version.',
  )
}

function turnOf(
  line: RecordedTurnLine,
  own: readonly RecordingLine[],
  numberOf: (line: RecordingLine) => number,
  file: string,
): RecordedTurn {
  const items = own.filter((each) => each.type === 'item')
  const outputs = own.filter((each) => each.type === 'output')
  const outcome = own.find((each) => each.type === 'end')?.outcome
  return {
    line,
    requests: requestsOf(line, own, numberOf, file),
    fallbacks: own.filter((each) => each.type === 'fallback'),
    messages: own.filter((each) => each.type === 'message'),
    stops: own.filter((each) => each.type === 'stop'),
    items: Map.groupBy(items, ({ call_id }) => call_id ?? ''),
    outputs: new Map(outputs.map((each) => [each.output.call_id, each])),
    ...(outcome !== undefined && { outcome }),
  }
}

/** Whole requests out of what each adds to the one before, with their answers. */
function requestsOf(
  turn: RecordedTurnLine,
  own: readonly RecordingLine[],
  numberOf: (line: RecordingLine) => number,
  file: string,
): readonly RecordedRequest[] {
  let input: readonly HistoryItem[] = [...turn.history, ...turn.input]
  let tools: RecordedRequest['request']['tools'] = []
  const linesOfRequests = Map.groupBy(own, (each) => ('request' in each ? each.request : 0))
  return own.flatMap((line): readonly RecordedRequest[] => {
    if (line.type !== 'request') return []
    if (line.keeps > input.length) {
      const problem = `keeps ${line.keeps} items of a request that had ${input.length}`
      throw unreadable(file, numberOf(line), problem, 'Take the file as it was recorded: a line before is missing.')
    }
    input = [...input.slice(0, line.keeps), ...line.input]
    tools = (line.tools as typeof tools | undefined) ?? tools // compared, never called
    const rest = linesOfRequests.get(line.request) ?? []
    const events = rest.flatMap((each) =>
      // Checked as far as a replay looks into it.
      each.type === 'event' ? [{ afterMs: each.at_ms - line.at_ms, event: each.event as unknown as ModelEvent }] : [],
    )
    const failure = rest.find((each) => each.type === 'failed')?.error
    const isInterrupted = rest.some((each) => each.type === 'interrupted')
    const isWhole = events.at(-1)?.event.type === 'completed'
    const end = failure ? 'failed' : isInterrupted ? 'interrupted' : isWhole ? 'completed' : 'cut'
    return [
      {
        number: line.request,
        line: numberOf(line),
        request: { model: line.model, input, tools },
        events,
        end,
        ...(failure && { failure: withoutUndefined(failure) }),
      },
    ]
  })
}

function withoutUndefined({ code, message, hint }: { code: string; message: string; hint?: string | undefined }) {
  return { code, message, ...(hint !== undefined && { hint }) }
}

function unreadable(file: string, line: number | undefined, what: string, hint: string, cause?: unknown): CodexError {
  const where = line === undefined ? `The recording ${file}` : `${file}, line ${line},`
  return new CodexError('recording.unreadable', `${where} ${what}`, {
    hint,
    location: { file, ...(line !== undefined && { line }) },
    ...(cause !== undefined && { cause }),
  })
}
