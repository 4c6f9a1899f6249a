import { chmodSync, rmSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import type { ThreadHit, ThreadQuery, UnreadableRecord, UsageReport } from '../../plugin-api/index.ts'
import { CodexError } from '../../plugin-api/index.ts'
import type { KeptRecord, RecordLine, RecordState, ThreadStore } from '../thread-store.ts'
import { addLine, type FoundText, type ThreadFacts } from './thread-facts.ts'
import { createUsageTables, forgetUsage, readUsage, usageWriter } from './usage-tables.ts'

/** A thread as the index has it. */
export interface IndexedThread {
  readonly facts: ThreadFacts
  readonly file: string
  readonly archived: boolean
  readonly sizeBytes: number
}

/** A text that was found. */
export interface IndexedHit {
  readonly thread: IndexedThread
  readonly kind: ThreadHit['kind']
  readonly line: number
  readonly excerpt: string
}

/** What all records say, kept so that it need not be read again. It can be deleted at any time: it is made anew from the records. */
export interface ThreadIndex {
  /** Takes in what is new, and forgets what is gone. */
  update(store: ThreadStore, signal: AbortSignal): void
  list(query: ThreadQuery): readonly IndexedThread[]
  /** Those whose id begins so. */
  startingWith(idPrefix: string): readonly IndexedThread[]
  search(words: readonly string[], query: ThreadQuery): readonly IndexedHit[]
  usage(query: ThreadQuery): UsageReport
  /** Records that hold no thread that could be read. */
  unreadable(): readonly UnreadableRecord[]
  close(): void
  /** Nothing of it is there any more once it is closed. */
  readonly isInMemory: boolean
}

/** Of another version, the index is made anew. */
const schemaVersion = 6
const defaultLimit = 50
/** A thread's texts have the numbers from `thread * textsPerThread`, so that they are deleted as one range. */
const textsPerThread = 2 ** 24
/** How long another process that writes is waited for. */
const busyTimeoutMs = 3000
/** The index of FTS5 that finds parts of words, which languages without spaces need, knows no shorter words. */
const shortestIndexedWord = 3

/**
 * Opens the index; a damaged one, or one of another version, is replaced. Where its folder cannot be written it lives in
 * memory: all is read anew, and found all the same.
 *
 * @param file absolute path of the database
 */
export async function openThreadIndex(file: string): Promise<ThreadIndex> {
  const { DatabaseSync } = await importSqlite()
  return indexOf(openDatabase(file, DatabaseSync))
}

/** Node 22 warns on stderr that the module is experimental; Node 24 has it as it is. */
async function importSqlite(): Promise<typeof import('node:sqlite')> {
  const { emitWarning } = process
  process.emitWarning = () => undefined
  try {
    return await import('node:sqlite')
  } finally {
    process.emitWarning = emitWarning
  }
}

function openDatabase(file: string, Database: typeof DatabaseSync): DatabaseSync {
  try {
    const database = prepared(new Database(file))
    chmodSync(file, 0o600) // it holds what the records hold
    return database
  } catch (error) {
    if (!isDamage(error)) return prepared(new Database(':memory:'))
    removeThreadIndex(file)
    return prepared(new Database(file))
  }
}

/** Deletes the index: the next one to be opened is made anew. */
export function removeThreadIndex(file: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true })
}

/** True where SQLite says that the file is not what it should be, or another version of this program made it. */
export function isDamage(error: unknown): boolean {
  if (error instanceof OtherVersion) return true
  return error instanceof Error && 'errcode' in error && [11, 26].includes(Number(error.errcode) & 0xff) // SQLITE_CORRUPT, SQLITE_NOTADB
}

class OtherVersion extends Error {}

function prepared(database: DatabaseSync): DatabaseSync {
  try {
    database.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL`)
    const row = database.prepare('PRAGMA user_version').get()
    if (row?.user_version !== schemaVersion) {
      if (row?.user_version !== 0) throw new OtherVersion('The index is of another version')
      database.exec(`BEGIN IMMEDIATE;
        CREATE TABLE IF NOT EXISTS threads (
          number INTEGER PRIMARY KEY, id TEXT NOT NULL, file TEXT NOT NULL UNIQUE, archived INTEGER NOT NULL,
          size INTEGER NOT NULL, modified REAL NOT NULL, read_bytes INTEGER NOT NULL, lines INTEGER NOT NULL, text_count INTEGER NOT NULL,
          cwd TEXT, updated TEXT, subagent INTEGER, facts TEXT, problem TEXT);
        CREATE INDEX IF NOT EXISTS by_id ON threads (id);
        CREATE INDEX IF NOT EXISTS by_time ON threads (updated);
        CREATE VIRTUAL TABLE IF NOT EXISTS texts USING fts5(text, kind UNINDEXED, line UNINDEXED, tokenize = 'trigram');
        ${createUsageTables}
        PRAGMA user_version = ${schemaVersion};
        COMMIT`)
    }
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

interface Row {
  readonly number: number
  readonly file: string
  readonly archived: number
  readonly size: number
  readonly modified: number
  readonly read_bytes: number
  readonly lines: number
  readonly text_count: number
  readonly facts: string | null
}

function indexOf(database: DatabaseSync): ThreadIndex {
  return {
    update: (store, signal) => updateIndex(database, store, signal),
    list(query) {
      const { where, values } = conditions(query)
      const rows = database
        .prepare(`SELECT * FROM threads WHERE ${where} ORDER BY updated DESC, id DESC LIMIT ?`)
        .all(...values, query.limit ?? defaultLimit)
      return rows.map((row) => threadOfRow(row as unknown as Row)) // columns as the schema has them
    },
    startingWith(idPrefix) {
      const rows = database
        .prepare('SELECT * FROM threads WHERE id >= ? AND id < ? AND facts IS NOT NULL ORDER BY updated DESC')
        .all(idPrefix, `${idPrefix}~`)
      return rows.map((row) => threadOfRow(row as unknown as Row)) // columns as the schema has them
    },
    search(words, query) {
      const { where, values } = conditions(query)
      const isIndexed = words.every((word) => [...word].length >= shortestIndexedWord)
      const found = isIndexed
        ? { condition: 'texts MATCH ?', values: [words.map((word) => `"${word.replaceAll('"', '""')}"`).join(' ')] }
        : { condition: words.map(() => `text LIKE ? ESCAPE '\\'`).join(' AND '), values: words.map(likePattern) }
      const excerpt = isIndexed ? `snippet(texts, 0, '\uE000', '\uE001', '…', 48)` : 'substr(text, 1, 160)'
      const rows = database
        .prepare(
          `SELECT threads.*, texts.kind AS kind, texts.line AS line, ${excerpt} AS excerpt
           FROM texts JOIN threads ON threads.number = texts.rowid / ${textsPerThread}
           WHERE ${found.condition} AND ${where} ORDER BY updated DESC, texts.rowid LIMIT ?`,
        )
        .all(...found.values, ...values, query.limit ?? defaultLimit)
      return rows.map((row) => {
        const hit = row as unknown as Row & { kind: ThreadHit['kind']; line: number; excerpt: string } // as selected
        return {
          thread: threadOfRow(hit),
          kind: hit.kind,
          line: hit.line,
          excerpt: hit.excerpt.replaceAll(/\s+/g, ' '),
        }
      })
    },
    unreadable() {
      const rows = database.prepare('SELECT file, problem FROM threads WHERE problem IS NOT NULL ORDER BY file').all()
      return rows.map(({ file, problem }) => ({ file: String(file), problem: String(problem) }))
    },
    usage: (query) => readUsage(database, conditions({ ...query, subagents: true }), query.since),
    close: () => database.close(),
    isInMemory: database.location() === null,
  }
}

/** All or nothing, one process at a time; what another process took in meanwhile is seen. */
function updateIndex(database: DatabaseSync, store: ThreadStore, signal: AbortSignal): void {
  const records = store.records().flatMap((record): readonly FoundRecord[] => {
    const state = store.stateOf(record)
    return state ? [{ ...record, ...state }] : [] // else it is gone by now
  })
  const before = differences(database, records)
  if (before.changed.length === 0 && before.gone.length === 0) return
  database.exec('BEGIN IMMEDIATE')
  try {
    const { changed, gone } = differences(database, records)
    for (const { record, number } of changed) {
      signal.throwIfAborted()
      takeIn(database, record, number, store)
    }
    for (const { number } of gone) forget(database, number)
    database.exec('COMMIT')
  } catch (error) {
    database.exec('ROLLBACK')
    throw error
  }
}

interface FoundRecord extends KeptRecord, RecordState {}

/** Only what tells a change is read of each row: there may be ten thousand. */
interface KnownFile {
  readonly number: number
  readonly size: number
  readonly modified: number
  readonly archived: number
}

function differences(database: DatabaseSync, records: readonly FoundRecord[]) {
  const known = new Map<string, KnownFile>()
  for (const row of database.prepare('SELECT number, file, size, modified, archived FROM threads').iterate()) {
    known.set(String(row.file), row as unknown as KnownFile) // columns as selected
  }
  const changed: { readonly record: FoundRecord; readonly number: number | undefined }[] = []
  for (const record of records) {
    const row = known.get(record.file)
    known.delete(record.file)
    const isKnown = row?.size === record.sizeBytes && row.modified === record.modifiedMs
    if (!isKnown || (row.archived === 1) !== record.archived) changed.push({ record, number: row?.number })
  }
  return { changed, gone: [...known.values()] }
}

/** Reads what a record has more than before; one that did not simply grow is read from its beginning. */
function takeIn(database: DatabaseSync, record: FoundRecord, known: number | undefined, store: ThreadStore): void {
  const found = known === undefined ? undefined : database.prepare('SELECT * FROM threads WHERE number = ?').get(known)
  const row = found as unknown as Row | undefined // columns as the schema has them
  const goesOn = row !== undefined && row.facts !== null && record.sizeBytes >= row.read_bytes && !record.archived
  if (row && !goesOn) forget(database, row.number)
  const number = goesOn ? row.number : nextNumber(database)
  const before: ReadSoFar =
    goesOn && row.facts !== null
      ? {
          facts: JSON.parse(row.facts) as ThreadFacts, // written below
          readBytes: row.read_bytes,
          lines: row.lines,
          texts: row.text_count,
        }
      : { facts: undefined, readBytes: 0, lines: 0, texts: 0 }
  try {
    const read = readOn(database, number, before, store.lines(record, before.readBytes))
    const isBegun = record.sizeBytes === 0 && isHeld(record, store)
    const problem = record.sizeBytes === 0 ? 'it is empty' : 'it begins with no session_meta line'
    // Its program may be ended before it writes a line: it is asked about again the next time.
    if (isBegun) keep(database, number, { ...record, modifiedMs: 0 }, read, null)
    else keep(database, number, record, read, read.facts === undefined ? problem : null)
  } catch (error) {
    if (!(error instanceof CodexError) || error.code !== 'rollout.unreadable') throw error
    forget(database, number)
    // What could not be read may be readable the next time.
    const unread = { ...record, modifiedMs: 0 }
    keep(database, number, unread, { facts: undefined, readBytes: 0, lines: 0, texts: 0 }, error.message)
  }
}

/** True where a process adds to it, or begins it. */
function isHeld({ threadId }: KeptRecord, store: ThreadStore): boolean {
  try {
    store.assertFree(threadId)
    return false
  } catch (error) {
    if (error instanceof CodexError && error.code === 'thread.busy') return true
    throw error
  }
}

/** How far a record is taken in. */
interface ReadSoFar {
  readonly facts: ThreadFacts | undefined
  readonly readBytes: number
  readonly lines: number
  readonly texts: number
}

function readOn(database: DatabaseSync, number: number, before: ReadSoFar, more: Iterable<RecordLine>): ReadSoFar {
  let { facts, readBytes, lines, texts } = before
  const insert = database.prepare('INSERT INTO texts (rowid, text, kind, line) VALUES (?, ?, ?, ?)')
  const writeUsage = usageWriter(database, number)
  let last: FoundText | undefined
  for (const { line, end, unfinished } of more) {
    if (unfinished) break // read again once it has its newline
    readBytes = end
    lines += 1
    if (line === undefined) continue
    const added = addLine(facts, line)
    facts = added.facts
    if (facts === undefined) break
    if (added.used) writeUsage(added.used, facts, line.timestamp)
    for (const found of added.texts) {
      // Records may say a prompt or an answer twice: as an item of the history and as an item that was shown.
      if (texts >= textsPerThread || (found.kind === last?.kind && found.text === last.text)) continue
      insert.run(number * textsPerThread + texts, found.text, found.kind, lines)
      texts += 1
      last = found
    }
  }
  return { facts, readBytes, lines, texts }
}

function keep(
  database: DatabaseSync,
  number: number,
  record: FoundRecord,
  { facts, readBytes, lines, texts }: ReadSoFar,
  problem: string | null,
): void {
  database
    .prepare('INSERT OR REPLACE INTO threads VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
    .run(
      number,
      facts?.id ?? record.threadId,
      record.file,
      record.archived ? 1 : 0,
      record.sizeBytes,
      record.modifiedMs,
      readBytes,
      lines,
      texts,
      facts?.cwd ?? null,
      facts?.updated ?? null,
      facts?.source === 'subagent' ? 1 : 0,
      facts === undefined ? null : JSON.stringify(facts),
      problem,
    )
}

function nextNumber(database: DatabaseSync): number {
  const row = database.prepare('SELECT coalesce(max(number), 0) + 1 AS number FROM threads').get()
  return Number(row?.number)
}

function forget(database: DatabaseSync, number: number): void {
  database
    .prepare('DELETE FROM texts WHERE rowid >= ? AND rowid < ?')
    .run(number * textsPerThread, (number + 1) * textsPerThread)
  forgetUsage(database, number)
  database.prepare('DELETE FROM threads WHERE number = ?').run(number)
}

function conditions(query: ThreadQuery): { readonly where: string; readonly values: readonly string[] } {
  const parts: string[] = ['facts IS NOT NULL']
  const values: string[] = []
  if (query.archived !== 'also') parts.push(query.archived === 'only' ? 'archived = 1' : 'archived = 0')
  if (query.parent !== undefined) {
    parts.push("json_extract(facts, '$.parent') = ?")
    values.push(query.parent)
  } else if (!query.subagents) parts.push('subagent = 0')
  if (query.cwd !== undefined) {
    parts.push('cwd = ?')
    values.push(query.cwd)
  }
  if (query.since !== undefined) {
    parts.push('updated >= ?')
    values.push(query.since)
  }
  return { where: parts.join(' AND '), values }
}

function threadOfRow({ facts, file, archived, size }: Row): IndexedThread {
  return { facts: JSON.parse(facts ?? '{}') as ThreadFacts, file, archived: archived === 1, sizeBytes: size } // rows without facts are not selected
}

function likePattern(word: string): string {
  return `%${word.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`
}
