import { appendFileSync } from 'node:fs'
import { type FileHandle, mkdir, open, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { CodexError, type ThreadEvent } from '../plugin-api/index.ts'
import { parseRolloutLine, type RolloutLine, rolloutPayloads } from './rollout-lines.ts'

/** An open rollout file: the durable record of one thread. */
export interface Rollout {
  readonly file: string
  /** Writes what the event leaves in the record. It is with the operating system when this resolves. @throws CodexError `rollout.unwritable` */
  append(event: ThreadEvent, turnId: string): Promise<void>
  /** Hands the record to the disk; called at the end of a turn. */
  sync(): Promise<void>
  close(): Promise<void>
}

/** Where a new thread's rollout lies: `sessions/YYYY/MM/DD/rollout-<local time>-<thread id>.jsonl`. */
export function rolloutFile(codexHome: string, threadId: string, now: Date): string {
  const pad = (value: number) => String(value).padStart(2, '0')
  const [year, month, day] = [String(now.getFullYear()), pad(now.getMonth() + 1), pad(now.getDate())]
  const time = `${pad(now.getHours())}-${pad(now.getMinutes())}-${pad(now.getSeconds())}`
  return join(codexHome, 'sessions', year, month, day, `rollout-${year}-${month}-${day}T${time}-${threadId}.jsonl`)
}

/**
 * Opens a rollout for appending, one JSON value per line; a torn last line, as a crash leaves it, is cut off first.
 *
 * @param file absolute path; made with its folders if missing, readable by the owner alone
 * @throws CodexError `rollout.unwritable`
 */
export async function openRollout(file: string, deps: { now(): Date }): Promise<Rollout> {
  const handle = await openRepaired(file).catch((cause: unknown) => {
    throw unwritable(file, cause)
  })
  let ordinal = handle.lines
  return {
    file,
    async append(event, turnId) {
      const timestamp = deps.now().toISOString()
      const lines = rolloutPayloads(event, turnId).map((line) => {
        const full: RolloutLine = { timestamp, ordinal: ordinal++, ...line }
        return `${JSON.stringify(full)}\n`
      })
      if (lines.length === 0) return
      try {
        // Some lines of a turn wait for each other: handing each to another thread took longer than writing it.
        appendFileSync(handle.file.fd, lines.join(''))
      } catch (cause) {
        throw unwritable(file, cause)
      }
    },
    sync: async () => handle.file.sync(),
    close: async () => handle.file.close(),
  }
}

/** The lines of a rollout. Lines that are no JSON objects are passed over. @throws CodexError `rollout.unreadable` */
export async function readRollout(file: string): Promise<readonly RolloutLine[]> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new CodexError('rollout.unreadable', `${file} cannot be read: ${String(cause)}`, {
      cause,
      location: { file },
    })
  })
  // What stands before and after a torn line still counts.
  return text.split('\n').flatMap((line) => parseRolloutLine(line) ?? [])
}

async function openRepaired(file: string): Promise<{ file: FileHandle; lines: number }> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const handle = await open(file, 'a+', 0o600)
  try {
    const text = await handle.readFile()
    const end = text.lastIndexOf(0x0a) + 1
    if (end < text.length) await handle.truncate(end)
    const lines = text.subarray(0, end).reduce((count, byte) => (byte === 0x0a ? count + 1 : count), 0)
    return { file: handle, lines }
  } catch (error) {
    await handle.close()
    throw error
  }
}

function unwritable(file: string, cause: unknown): CodexError {
  return new CodexError('rollout.unwritable', `The rollout ${file} cannot be written: ${String(cause)}`, {
    hint: 'Make CODEX_HOME writable, or run with --ephemeral to keep no rollout.',
    location: { file },
    cause,
  })
}
