import { dirname } from 'node:path'
import { z } from 'zod'
import { CodexError, type FindLinesRequest, type FoundLines } from '../../plugin-api/index.ts'
import { runCommand } from '../../sandbox/run-command.ts'
import { containment, type ExecScope } from './exec.ts'

/** Of one command line; Linux takes two megabytes, its environment included. */
const maxArgumentBytes = 1024 * 1024
/** Of the whole output that is kept; it is read as it comes, and not needed again. */
const keptOutputBytes = 1024

const text = z.union([z.object({ text: z.string() }), z.object({ bytes: z.string() })])
/** The lines of `rg --json` that matter; further kinds and fields are passed over (ripgrep's manual page, "--json"). */
const messageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('begin') }),
  z.object({ type: z.literal('context') }),
  z.object({ type: z.literal('summary') }),
  z.object({
    type: z.literal('match'),
    data: z.object({
      lines: text,
      line_number: z.int(),
    }),
  }),
  z.object({
    type: z.literal('end'),
    data: z.object({
      path: text,
      binary_offset: z.int().nullish(),
      stats: z.object({ matched_lines: z.int() }),
    }),
  }),
])

/**
 * Runs ripgrep over these files and no others, confined to what the thread may read, without network and without anything to write.
 * It searches the files in order, one after the other, and is ended when its reader leaves.
 *
 * @returns undefined where ripgrep is not installed or no sandbox works here
 * @throws CodexError `sandbox.failed`, `tool.failed` (out of time, or the expression is refused); the abort reason
 */
export async function findLines(
  paths: readonly string[],
  request: FindLinesRequest,
  scope: ExecScope,
): Promise<AsyncGenerator<FoundLines, void> | undefined> {
  const program = await ripgrepPath()
  if (program === undefined || (await scope.sandbox()) === 'unavailable') return undefined
  const how = await containment(scope.cwd, [], scope)
  const policy = how.policy && {
    ...how.policy,
    readable: how.policy.readable === 'all' ? ('all' as const) : [...how.policy.readable, dirname(program)],
    // The program may itself lie in the temp directory, which a private one would cover.
    ...{ writable: [], temp: 'host' as const, network: 'none' as const },
  }
  return search(program, paths, request, { ...scope, how: { ...how, ...(policy && { policy }) } })
}

/** The binary is of a package for each platform, which may be missing. */
async function ripgrepPath(): Promise<string | undefined> {
  try {
    return (await import('@vscode/ripgrep')).rgPath
  } catch {
    return undefined
  }
}

async function* search(
  program: string,
  paths: readonly string[],
  { pattern, ignoreCase = false, maxPerFile, timeoutMs }: FindLinesRequest,
  scope: ExecScope & { readonly how: Parameters<typeof runCommand>[1] },
): AsyncGenerator<FoundLines, void> {
  const deadlineMs = performance.now() + timeoutMs
  const options = [
    ...[
      '--json',
      '--no-config',
      '--no-ignore',
      '--no-messages',
      '--no-mmap',
      '--crlf',
      '--threads=1',
      '--encoding=none',
    ],
    ...(ignoreCase ? ['--ignore-case'] : ['--case-sensitive']),
    ...(maxPerFile === undefined ? [] : [`--max-count=${maxPerFile}`]),
    `--regexp=${pattern}`,
    '--',
  ]
  for (const batch of batches(paths)) {
    const remainingMs = Math.max(1, Math.ceil(deadlineMs - performance.now()))
    const command = {
      argv: [program, ...options, ...batch] as const,
      cwd: scope.cwd,
      env: {},
      timeoutMs: remainingMs,
      maxOutputBytes: keptOutputBytes,
    }
    const ended = yield* filesOf(runCommand(command, scope.how, scope.supplies, scope.signal))
    if (ended === 'timed out') throw new CodexError('tool.failed', `The search took more than ${timeoutMs} ms`)
    if (ended === 'failed') throw new CodexError('tool.failed', 'ripgrep could not search')
  }
}

/** Puts the lines of the output together into files. */
async function* filesOf(
  events: ReturnType<typeof runCommand>,
): AsyncGenerator<FoundLines, 'done' | 'timed out' | 'failed'> {
  let rest = ''
  let lines: FoundLines['lines'][number][] = []
  let isDone = false
  for await (const event of events) {
    if (event.type === 'exit' && event.timedOut) return 'timed out'
    if (event.type !== 'output') continue
    const complete = (rest + event.text).split('\n')
    rest = complete.pop() ?? ''
    for (const line of complete) {
      const message = readMessage(line)
      if (message?.type === 'summary') isDone = true
      if (message?.type === 'match') {
        const { lines: found, line_number } = message.data
        lines.push({ line: line_number, bytes: withoutEnd(bytesOf(found)) })
      }
      if (message?.type !== 'end') continue
      const { path, binary_offset, stats } = message.data
      const isBinary = typeof binary_offset === 'number'
      if (isBinary || lines.length > 0)
        yield { path: bytesOf(path).toString(), matchedLines: stats.matched_lines, lines, isBinary }
      lines = []
    }
  }
  // A file that cannot be opened is passed over; an expression or option that is refused gives no summary.
  return isDone ? 'done' : 'failed'
}

/** Undefined for what is no message: a warning on stderr comes by the same way. */
function readMessage(line: string): z.infer<typeof messageSchema> | undefined {
  if (!line.startsWith('{"')) return undefined
  const message = messageSchema.safeParse(JSON.parse(line))
  return message.success ? message.data : undefined
}

function bytesOf(value: z.infer<typeof text>): Buffer {
  return 'text' in value ? Buffer.from(value.text) : Buffer.from(value.bytes, 'base64')
}

function withoutEnd(line: Buffer): Buffer {
  const end = line.at(-1) === 0x0a ? line.length - 1 : line.length
  return line.subarray(0, line[end - 1] === 0x0d ? end - 1 : end)
}

function* batches(paths: readonly string[]): Generator<readonly string[]> {
  let batch: string[] = []
  let bytes = 0
  for (const path of paths) {
    bytes += Buffer.byteLength(path) + 9 // its end, and its place in the list of arguments
    if (bytes > maxArgumentBytes && batch.length > 0) {
      yield batch
      batch = []
      bytes = 0
    }
    batch.push(path)
  }
  if (batch.length > 0) yield batch
}
