import { randomBytes } from 'node:crypto'
import { closeSync, constants, fstatSync, openSync, readSync, writeSync } from 'node:fs'
import path from 'node:path'
import { unwritableAudit } from './audit-failure.ts'
import { writeAuditLine } from './audit-line.ts'
import type { AuditPlace } from './audit-place.ts'
import type { AuditActor, AuditRecord } from './audit-record.ts'
import { cleanRecord } from './clean-record.ts'
import { type MonthFile, monthFiles, monthOf, openMonth, syncFile } from './month-file.ts'
import { type Heads, openHeads } from './open-heads.ts'

/** An open audit log. Several processes may write into one place at the same time. */
export interface AuditLog {
  /** Writes one record and gives its id; it is in the operating system when this resolves. @throws CodexError `audit.unwritable` */
  append(record: AuditRecord): Promise<string>
  /**
   * Writes one record with the next that is waited for, or once this process has nothing else to do: nothing waits for how an action
   * ended. What cannot be written is tried again, and told by whoever writes next.
   */
  appendSoon(record: AuditRecord): void
  /** What the records from now on say of who acts; what it leaves out stays as it was. */
  describe(actor: AuditActor): void
  /** What they say of it now. */
  actor(): AuditActor
  /** Hash of the last line of this chain; kept elsewhere it proves that nothing was cut off. */
  head(): string
  /** Brings what was written to the disk: at the end of a turn. @throws CodexError `audit.unwritable` */
  sync(): Promise<void>
  close(): Promise<void>
}

export interface AuditDeps {
  readonly now: () => Date
  /** Takes secrets out of a text. */
  redact(text: string): string
  /** Takes people's names out of a text. */
  hideNames(text: string): string
}

/**
 * Opens a log: JSON lines in `YYYY-MM.jsonl`, readable by their owner alone. Each opened log is a chain of its own inside the file, so
 * that processes need no lock: a line is one write at the end of the file, and names the line before it in its chain; the first
 * one names the line that stood last in the file. Lines of one write say how many follow them; after each write the head is written apart from the log, so
 * that a chain is never more than one write ahead of its head. @throws CodexError `audit.unwritable`
 */
export async function openAudit(place: AuditPlace, deps: AuditDeps): Promise<AuditLog> {
  const chain = randomBytes(8).toString('hex')
  let seq = 0
  let isClosed = false
  let files = orUnwritable(place, () => openFiles(place, monthOf(deps.now())))
  let head = ''
  let isHeadWritten = true
  let actor: AuditActor = {}

  /** Of records that nobody waits for. */
  let waiting: Entry[] = []
  let isDue = false

  /** Before the next line, not only after this one: a chain that ran ahead of its head would look like a forged one. */
  const writeHead = () => {
    if (isHeadWritten) return
    files.heads.write(chain, { seq: seq - 1, hash: head })
    isHeadWritten = true
  }

  /** Each with its line, all with one write. */
  const write = (entries: readonly Entry[]) => {
    if (entries.length === 0 && isHeadWritten) return
    // The numbers of its files may be those of others by now.
    if (isClosed) throw new Error('it was closed')
    writeHead()
    if (entries.length === 0) return
    if (seq === 0) head = lastHash(place.logDir, files.log.month)
    const lines: ReturnType<typeof writeAuditLine>[] = []
    for (const [index, { time, ...record }] of entries.entries()) {
      const more = entries.length - 1 - index
      const fields = { v: 2, ...(more > 0 && { more }), time: time.toISOString(), ...cleanRecord(record, deps) }
      lines.push(writeAuditLine({ chain, seq: seq + index, prev: lines.at(-1)?.hash ?? head }, fields))
    }
    const whole = appendLines(
      files.log,
      lines.map(({ line }) => line),
    )
    // What a full disk took in part is not written again: it stands there.
    const newest = lines[whole - 1]
    if (newest !== undefined) {
      seq += whole
      head = newest.hash
      isHeadWritten = false
      waiting = waiting.slice(whole)
    }
    writeHead()
    if (whole < lines.length) throw new Error('there was no room for all of it')
  }
  const writeWaiting = () => write(waiting)
  const flush = () => orUnwritable(place, writeWaiting)

  return {
    async append(record) {
      return orUnwritable(place, () => {
        const time = deps.now()
        if (files.log.month !== monthOf(time)) {
          writeWaiting()
          const next = openFiles(place, monthOf(time))
          closeFiles(files)
          files = next
        }
        write([...waiting, { ...actor, ...record, time }])
        return `${chain}-${seq - 1}`
      })
    },
    appendSoon(record) {
      waiting.push({ ...actor, ...record, time: deps.now() })
      if (isDue) return
      isDue = true
      setImmediate(() => {
        isDue = false
        try {
          flush()
        } catch {
          // They wait for whoever writes next, who is told.
        }
      })
    },
    describe(more) {
      actor = { ...actor, ...more }
    },
    actor: () => actor,
    head() {
      flush()
      return head
    },
    async sync() {
      flush()
      const { log, heads } = files
      try {
        await Promise.all([syncFile(log), heads.sync()])
      } catch (cause) {
        throw unwritableAudit(place, cause)
      }
    },
    async close() {
      if (isClosed) return
      try {
        flush()
      } finally {
        isClosed = true
        closeFiles(files)
      }
    },
  }
}

type Entry = AuditActor & AuditRecord & { readonly time: Date }

interface OpenFiles {
  readonly log: MonthFile
  readonly heads: Heads
}

function openFiles({ logDir, headsDir }: AuditPlace, month: string): OpenFiles {
  const log = openMonth(logDir, month)
  try {
    return { log, heads: openHeads(headsDir, month) }
  } catch (error) {
    closeSync(log.descriptor)
    throw error
  }
}

function closeFiles({ log, heads }: OpenFiles): void {
  closeSync(log.descriptor)
  heads.close()
}

/**
 * One write, so that lines of several processes do not mix, and the number of lines that are whole after it, be it without their line end. What a crash
 * tore off is closed by a line end first. @throws Error of `node:fs` where nothing was written
 */
function appendLines(file: MonthFile, lines: readonly string[]): number {
  const start = endsTorn(file) ? '\n' : ''
  const written = writeSync(file.descriptor, Buffer.from(`${start}${lines.join('\n')}\n`))
  let end = start.length - 1
  const isShort = lines.findIndex((line) => {
    end += 1 + Buffer.byteLength(line)
    return end > written
  })
  return isShort === -1 ? lines.length : isShort
}

function endsTorn(file: MonthFile): boolean {
  const size = fstatSync(file.descriptor).size
  if (size === 0) return false
  const last = Buffer.alloc(1)
  readSync(file.descriptor, last, 0, 1, size - 1)
  return last[0] !== 0x0a
}

/** The hash of the last whole line up to a month; empty where there is none. What another process wrote in a later month is read behind. */
function lastHash(directory: string, month: string): string {
  const names = monthFiles(directory).filter((name) => name.slice(0, month.length) <= month)
  for (const name of names.reverse()) {
    const descriptor = openSync(path.join(directory, name), constants.O_RDONLY)
    try {
      const hash = lastHashIn(descriptor)
      if (hash !== undefined) return hash
    } finally {
      closeSync(descriptor)
    }
  }
  return ''
}

/** Longest end of a file that is looked at: more than any line. */
const mostTail = 1024 * 1024
/** What is read of a file whose last line a crash did not tear. */
const leastTail = 4096

/** What the last whole line of a file says of itself; undefined where it says no hash. */
function lastHashIn(descriptor: number): string | undefined {
  const size = fstatSync(descriptor).size
  for (let length = leastTail; ; length *= 16) {
    const tail = Buffer.alloc(Math.min(size, length, mostTail))
    readSync(descriptor, tail, 0, tail.length, size - tail.length)
    const end = tail.lastIndexOf(0x0a)
    // A hash and what stands around it are shorter than this: what is torn off behind may be long.
    if (end < 100 && tail.length < Math.min(size, mostTail)) continue
    return /,"hash":"([0-9a-f]{64})"\}$/.exec(tail.toString('latin1', Math.max(0, end - 100), Math.max(0, end)))?.[1]
  }
}

function orUnwritable<T>(place: AuditPlace, act: () => T): T {
  try {
    return act()
  } catch (cause) {
    throw unwritableAudit(place, cause)
  }
}
