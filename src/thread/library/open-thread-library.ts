import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type {
  ThreadHit,
  ThreadLibrary,
  ThreadQuery,
  ThreadSummary,
  ThreadTrace,
  ThreadTranscript,
  Usage,
} from '../../plugin-api/index.ts'
import { CodexError } from '../../plugin-api/index.ts'
import { noUsage } from '../no-usage.ts'
import { storedLines } from '../stored-lines.ts'
import type { KeptRecord, ThreadStore } from '../thread-store.ts'
import { type DamagedRecord, damaged, damagedRecord, damagedSummary } from './damaged-record.ts'
import { isCopiedLine } from './is-copied-line.ts'
import {
  type IndexedThread,
  isDamage,
  openThreadIndex,
  removeThreadIndex,
  type ThreadIndex,
} from './open-thread-index.ts'
import { rolloutTurns } from './rollout-turns.ts'
import type { TraceDeps } from './trace-thread.ts'

/** A beginning of an id that is shorter may well mean something else. */
const shortestIdPrefix = 8
const maxNameLength = 200
const wholeId = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i
/** Of one thread, in a trace. */
const maxChildren = 200

/**
 * The threads of a store. What is asked of them is answered from an index below CODEX_HOME, which is a cache of what the store has.
 *
 * @param place `cwd`: the directory whose newest thread `last` is
 */
export function openThreadLibrary(
  place: { readonly codexHome: string; readonly cwd: string },
  store: ThreadStore,
): ThreadLibrary {
  const { codexHome, cwd } = place
  const directory = join(codexHome, 'cache')
  const indexFile = join(directory, 'threads.sqlite')

  let isUpToDate = false
  /** Brings the index up to date and asks it; one that turns out damaged is made anew. */
  const ask = async <Answer>(question: (index: ThreadIndex) => Answer, signal: AbortSignal): Promise<Answer> => {
    isUpToDate = false
    return await askAgain(question, signal)
  }
  /** Asks it as it was for the last question: finding out what has changed takes most of the time. */
  const askAgain = async <Answer>(question: (index: ThreadIndex) => Answer, signal: AbortSignal): Promise<Answer> => {
    makeDirectory(directory)
    for (let attempt = 0; ; attempt += 1) {
      const index = await openThreadIndex(indexFile)
      try {
        if (!isUpToDate) index.update(store, signal)
        isUpToDate = !index.isInMemory
        return question(index)
      } catch (error) {
        if (attempt > 0 || !isDamage(error)) throw error
      } finally {
        index.close()
      }
      isUpToDate = false
      removeThreadIndex(indexFile)
    }
  }

  const find = async (wanted: string, signal: AbortSignal): Promise<ThreadSummary> => {
    const found = await findRecord(wanted, signal)
    if ('problem' in found) throw damaged(found)
    return found
  }
  const findRecord = async (wanted: string, signal: AbortSignal): Promise<ThreadSummary | DamagedRecord> => {
    const names = await store.names()
    if (wanted === 'last') {
      const [newest] = await ask((index) => index.list({ cwd, limit: 1 }), signal)
      if (newest) return summaryOf(newest, names)
      throw notFound(wanted, 'No thread was begun in this directory.')
    }
    const named = [...names].flatMap(([id, name]) => (name === wanted ? id : []))
    const isPrefix = /^[0-9a-f-]+$/i.test(wanted) && wanted.length >= shortestIdPrefix
    const found = await ask((index) => {
      const byId = isPrefix ? index.startingWith(wanted.toLowerCase()) : []
      return byId.length > 0 ? byId : named.flatMap((id) => index.startingWith(id))
    }, signal)
    const [first, ...others] = found
    if (!first) {
      const ids = isPrefix ? [wanted.toLowerCase()] : named
      const unread = damagedRecord(ids, await askAgain((index) => index.unreadable(), signal), store)
      if (unread) return unread
      throw notFound(wanted)
    }
    if (others.length > 0) throw ambiguous(wanted, found)
    return summaryOf(first, names)
  }

  return {
    find,
    async list(query: ThreadQuery, signal) {
      const names = await store.names()
      return (await ask((index) => index.list(query), signal)).map((thread) => summaryOf(thread, names))
    },
    async tree(query, signal) {
      const [{ threadTree }, { lockHolder }, { threadLockFile }] = await Promise.all([
        import('./thread-tree.ts'),
        import('../../kernel/file-lock.ts'),
        import('./thread-lock.ts'),
      ])
      const names = await store.names()
      const threads = (await ask((index) => index.list(query), signal)).map((thread) => summaryOf(thread, names))
      return threadTree(threads, (id) => lockHolder(threadLockFile(codexHome, id)) !== undefined)
    },
    async stop(wanted, signal) {
      const thread = await find(wanted, signal)
      await (await import('./stop-thread.ts')).stopThread(thread, codexHome, signal)
      return thread
    },
    async search(words, query, signal): Promise<readonly ThreadHit[]> {
      const wanted = words.filter((word) => word.trim() !== '')
      if (wanted.length === 0)
        throw new CodexError('usage.arguments', 'Nothing is said to search for', { hint: 'Give one word or more.' })
      const names = await store.names()
      const hits = await ask((index) => index.search(wanted, query), signal)
      return hits.map((hit) => ({ ...hit, thread: summaryOf(hit.thread, names) }))
    },
    usage: (query, signal) => ask((index) => index.usage(query), signal),
    unreadable: (signal) => askAgain((index) => index.unreadable(), signal),
    async read(wanted, signal): Promise<ThreadTranscript> {
      const thread = await find(wanted, signal)
      let unreadableLines = 0
      let usage: Usage = noUsage
      const turns = rolloutTurns(
        (function* () {
          for (const line of storedLines(keptAs(thread), store)) {
            signal.throwIfAborted()
            if (line === undefined) unreadableLines += 1
            else {
              usage = totalUsage(line.payload) ?? usage
              yield line
            }
          }
        })(),
      )
      return { thread, turns, usage, unreadableLines }
    },
    async trace(wanted, signal): Promise<ThreadTrace> {
      const thread = await find(wanted, signal)
      const names = await store.names()
      const { traceThread } = await import('./trace-thread.ts')
      const delegated = await ask((index) => delegatedBy(thread.id, index), signal)
      const deps: TraceDeps = {
        *lines(each) {
          for (const { line } of store.lines(keptAs(each), 0)) if (!line || !isCopiedLine(line, each)) yield line
        },
        children: (parent) => (delegated.get(parent) ?? []).map((child) => summaryOf(child, names)),
      }
      return traceThread(thread, deps, signal)
    },
    async compactions(wanted, signal) {
      const thread = await find(wanted, signal)
      const { replacedItems } = await import('./replaced-items.ts')
      return replacedItems(
        (function* () {
          for (const { line } of store.lines(keptAs(thread), 0)) {
            signal.throwIfAborted()
            if (line) yield line
          }
        })(),
      )
    },
    async rename(wanted, name, signal) {
      const thread = await find(wanted, signal)
      const clean = name.trim().replaceAll(/\s+/g, ' ')
      if (clean.length > maxNameLength) {
        throw new CodexError(
          'usage.arguments',
          `A name has at most ${maxNameLength} characters, and this has ${clean.length}`,
          {
            hint: 'Give a shorter one.',
          },
        )
      }
      if (clean === 'last' || wholeId.test(clean)) {
        throw new CodexError('usage.arguments', `No thread would be found by the name ${clean}`, {
          hint:
            clean === 'last'
              ? 'last means the newest thread of the directory. Give another name.'
              : 'It reads like the id of a thread. Give another name.',
        })
      }
      await store.rename(thread.id, clean)
      return await find(thread.id, signal)
    },
    async archive(wanted, signal) {
      const thread = await find(wanted, signal)
      if (!thread.archived) await store.archive(keptAs(thread), signal)
      return await find(thread.id, signal)
    },
    async unarchive(wanted, signal) {
      const thread = await find(wanted, signal)
      if (thread.archived) await store.unarchive(keptAs(thread), signal)
      return await find(thread.id, signal)
    },
    async delete(wanted, signal) {
      const found = await findRecord(wanted, signal)
      const thread = 'problem' in found ? damagedSummary(found, store) : found
      await store.delete(keptAs(thread))
      const { pruneUndo } = await import('../undo/prune-undo.ts')
      await pruneUndo({ codexHome }, (turn) => turn.thread !== thread.id)
      return thread
    },
  }
}

/** Where it cannot be made, the index lives in memory. */
function makeDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error
  }
}

function keptAs({ id, file, archived }: ThreadSummary): KeptRecord {
  return { threadId: id, file, archived }
}

/** The threads that a thread handed work to, and those that they did, by the one that did. */
function delegatedBy(id: string, index: ThreadIndex): ReadonlyMap<string, readonly IndexedThread[]> {
  const found = new Map<string, readonly IndexedThread[]>()
  const ids = [id]
  for (const parent of ids) {
    if (found.has(parent)) continue
    const children = index.list({ parent, archived: 'also', limit: maxChildren })
    found.set(parent, children)
    ids.push(...children.map(({ facts }) => facts.id))
  }
  return found
}

function summaryOf(
  { facts, file, archived, sizeBytes }: IndexedThread,
  names: ReadonlyMap<string, string>,
): ThreadSummary {
  const name = names.get(facts.id)
  return { ...facts, ...(name !== undefined && { name }), archived, file, sizeBytes }
}

function totalUsage(payload: Readonly<Record<string, unknown>>): Usage | undefined {
  if (payload.type !== 'token_count') return undefined
  const info = payload.info as { total_token_usage?: Partial<Usage> } | null | undefined // absent fields are filled below
  return info?.total_token_usage && { ...noUsage, ...info.total_token_usage }
}

function notFound(wanted: string, why = `No thread has the id or name "${wanted}"`): CodexError {
  return new CodexError('thread.not_found', why, {
    hint: 'codex threads list shows them; --all those of other directories too.',
  })
}

function ambiguous(wanted: string, found: readonly IndexedThread[]): CodexError {
  return new CodexError(
    'thread.ambiguous',
    `"${wanted}" is the name or the beginning of the id of ${found.length} threads`,
    {
      hint: `Name one by its whole id: ${found
        .slice(0, 5)
        .map(({ facts }) => facts.id)
        .join(', ')}.`,
    },
  )
}
