import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  writeSync,
} from 'node:fs'
import path from 'node:path'
import { CodexError } from '../../plugin-api/index.ts'
import { writeAuditLine } from './audit-line.ts'
import type { AuditRecord } from './audit-record.ts'

/** An open audit log. Several processes may write into one directory at the same time. */
export interface AuditLog {
  /** Writes one record and gives its id; it is in the operating system when this resolves. @throws CodexError `audit.unwritable` */
  append(record: AuditRecord): Promise<string>
  /** Hash of the last line of this chain; kept elsewhere it proves that nothing was cut off. */
  head(): string
  /** Brings what was written to the disk: at the end of a turn. */
  sync(): Promise<void>
  close(): Promise<void>
}

/**
 * Opens the log in a directory: JSON lines in `YYYY-MM.jsonl`, readable by their owner alone. Each opened log is a chain of
 * its own inside the file, so that processes need no lock: a line is one write at the end of the file, and names the line before
 * it in its chain; the first one names the line that stood last in the file. @throws CodexError `audit.unwritable`
 */
export async function openAudit(
  directory: string,
  deps: { readonly now: () => Date; readonly redact: (text: string) => string },
): Promise<AuditLog> {
  const chain = randomBytes(8).toString('hex')
  let seq = 0
  let file = prepare(directory, () => openMonth(directory, monthOf(deps.now())))
  let head = ''

  return {
    async append(record) {
      return prepare(directory, () => {
        const time = deps.now()
        if (file.month !== monthOf(time)) {
          closeSync(file.descriptor)
          file = openMonth(directory, monthOf(time))
        }
        if (seq === 0) head = lastHash(directory)
        const fields = { time: time.toISOString(), ...redactValue({ ...record }, deps.redact) }
        const { line, hash } = writeAuditLine({ chain, seq, prev: head }, fields)
        appendLine(file, line)
        const id = `${chain}-${seq}`
        seq += 1
        head = hash
        return id
      })
    },
    head: () => head,
    async sync() {
      prepare(directory, () => fsyncSync(file.descriptor))
    },
    async close() {
      closeSync(file.descriptor)
    },
  }
}

interface MonthFile {
  readonly month: string
  readonly descriptor: number
}

function openMonth(directory: string, month: string): MonthFile {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const name = path.join(directory, `${month}.jsonl`)
  const flags = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0)
  const descriptor = openSync(name, flags, 0o600)
  chmodSync(name, 0o600)
  return { month, descriptor }
}

/** One write, so that lines of several processes do not mix. What a crash tore off is closed by a line end first. */
function appendLine(file: MonthFile, line: string): void {
  const bytes = Buffer.from(`${endsTorn(file) ? '\n' : ''}${line}\n`)
  const written = writeSync(file.descriptor, bytes)
  if (written !== bytes.length) throw new Error(`only ${written} of ${bytes.length} bytes were written`)
}

function endsTorn(file: MonthFile): boolean {
  const size = fstatSync(file.descriptor).size
  if (size === 0) return false
  const last = Buffer.alloc(1)
  readSync(file.descriptor, last, 0, 1, size - 1)
  return last[0] !== 0x0a
}

/** The hash of the last whole line of the newest file that has one; empty where there is none. */
function lastHash(directory: string): string {
  for (const name of auditFiles(directory).reverse()) {
    const descriptor = openSync(path.join(directory, name), constants.O_RDONLY)
    try {
      const size = fstatSync(descriptor).size
      const tail = Buffer.alloc(Math.min(size, 1024 * 1024))
      readSync(descriptor, tail, 0, tail.length, size - tail.length)
      const hash = /,"hash":"([0-9a-f]{64})"\}\n(?:[^\n]*)$/.exec(tail.toString('latin1'))?.[1]
      if (hash !== undefined) return hash
    } finally {
      closeSync(descriptor)
    }
  }
  return ''
}

/** Names of the log's files, oldest first; none where there is no log. */
export function auditFiles(directory: string): string[] {
  if (!existsSync(directory)) return []
  return readdirSync(directory)
    .filter((name) => /^\d{4}-\d{2}\.jsonl$/.test(name))
    .sort()
}

function monthOf(time: Date): string {
  return time.toISOString().slice(0, 7)
}

/** Redacts every text in a value, however deep. */
function redactValue(
  value: Readonly<Record<string, unknown>>,
  redact: (text: string) => string,
): Record<string, unknown> {
  const visit = (part: unknown): unknown => {
    if (typeof part === 'string') return redact(part)
    if (Array.isArray(part)) return part.map(visit)
    if (typeof part === 'object' && part !== null) {
      return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, visit(inner)]))
    }
    return part
  }
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, visit(part)]))
}

function prepare<T>(directory: string, act: () => T): T {
  try {
    return act()
  } catch (cause) {
    throw new CodexError('audit.unwritable', `The audit log in ${directory} cannot be written.`, {
      hint: 'Make the directory writable for you, or point CODEX_HOME to one that is.',
      cause,
    })
  }
}
