import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { CodexError, type ThreadSummary } from '../../plugin-api/index.ts'
import { openThreadLibrary } from '../../thread/library/open-thread-library.ts'
import { readRecordLines } from '../../thread/library/read-record-lines.ts'
import type { Kernel } from '../load-kernel.ts'

interface ReadPart {
  readonly title: string
  readonly from: string
  readonly form?: 'lines'
  read(): string | readonly unknown[] | Promise<readonly unknown[]>
}

/** The thread that was named, or the newest of this directory; undefined where there is none. @throws CodexError `thread.not_found`, `thread.ambiguous` */
export async function findReported(
  named: string | undefined,
  kernel: Kernel,
  signal: AbortSignal,
): Promise<ThreadSummary | undefined> {
  const { options } = kernel
  const library = openThreadLibrary({ codexHome: kernel.codexHome, cwd: options.cwd }, kernel.threads)
  if (named !== undefined) return await library.find(named, signal)
  // A report is made of what works: doctor says why threads cannot be listed.
  const [newest] = await library.list({ cwd: options.cwd, limit: 1 }, signal).catch(() => [])
  return newest
}

/** What a thread was, what went wrong in it, and its record. */
export function threadParts(thread: ThreadSummary): readonly ReadPart[] {
  const lines = () => [...readRecordLines(thread.file, 0)].map(({ line }) => line ?? { unreadable_line: true })
  return [
    { title: 'Thread', from: thread.file, read: () => summaryText(thread) },
    { title: 'Errors of the thread', from: 'its record', read: () => errorsText(lines()) },
    { title: 'Record of the thread', from: thread.file, form: 'lines', read: lines },
  ]
}

/** A recording, line by line, and its path. @throws CodexError `recording.unreadable` */
export async function readRecordingLines(
  named: string,
  cwd: string,
): Promise<{ readonly file: string; readonly lines: readonly unknown[] }> {
  const file = resolve(cwd, named)
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new CodexError('recording.unreadable', `${file} cannot be read: ${reasonOf(cause)}`, {
      hint: 'Name a file that --record has written, or leave --recording out.',
      cause,
    })
  })
  return { file, lines: text.split('\n').filter(Boolean).map(parsed) }
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return 'there is no such file'
  return code === 'EISDIR' ? 'it is a directory' : (code ?? message)
}

function summaryText({
  id,
  name,
  title,
  created,
  updated,
  model,
  provider,
  agent,
  source,
  turns,
  tokens,
}: ThreadSummary): string {
  const facts = { id, name, title, created, updated, model, provider, agent, source, turns, tokens }
  return Object.entries(facts)
    .flatMap(([key, value]) => (value === undefined || value === '' ? [] : [`${key}: ${value}`]))
    .join('\n')
}

/** What the record says of failures, each once, newest last. */
function errorsText(lines: readonly object[]): string {
  const messages = lines.flatMap((line): readonly string[] => {
    const { timestamp = '', payload } = line as { timestamp?: string; payload?: Readonly<Record<string, unknown>> } // looked into below
    if (payload?.type === 'error') return [`${timestamp} ${String(payload.message)}`]
    const error = payload?.type === 'task_complete' ? payload.error : undefined
    if (typeof error !== 'object' || error === null) return []
    const { code = '', message = '', hint = '' } = error as Readonly<Record<string, unknown>> // told as they are
    return [`${timestamp} ${[code, message, hint].filter(Boolean).join(' | ')}`]
  })
  return messages.length === 0 ? 'None.' : [...new Set(messages)].join('\n')
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return { unreadable_line: line }
  }
}
