import { readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { CodexError, type ThreadMeta } from '../plugin-api/index.ts'
import { threadIdOf } from './library/rollout-files.ts'
import { openRollout, type Rollout, readRollout, rolloutFile } from './rollout.ts'
import type { ThreadRecord } from './thread-record.ts'

export interface StoredThread {
  readonly file: string
  readonly record: ThreadRecord
}

/** Where threads are kept. */
export interface ThreadStore {
  create(threadId: string): Promise<Rollout>
  reopen(thread: StoredThread): Promise<Rollout>
  /** @throws CodexError `thread.not_found` */
  find(threadId: string): Promise<StoredThread>
  /** The id that begins so; undefined where none does. @throws CodexError `thread.ambiguous` */
  idFrom(beginning: string): Promise<string | undefined>
  /** The thread of `cwd`, or of any directory, that was begun last; undefined where there is none. */
  newest(cwd?: string): Promise<StoredThread | undefined>
  /** A new thread that has the history of another one, and goes on counting its tokens. @throws CodexError `rollout.unwritable` */
  fork(parent: StoredThread, meta: ThreadMeta): Promise<void>
}

/** Only a thread that goes on is read, and only then its schema is needed. */
async function readThread(file: string): Promise<ThreadRecord | undefined> {
  const { threadOfLines } = await import('./thread-record.ts')
  return threadOfLines(await readRollout(file))
}

/** Threads as rollout files below `$CODEX_HOME/sessions`. */
export function openFileStore(codexHome: string, deps: { now(): Date }): ThreadStore {
  return {
    create: (threadId) => openRollout(rolloutFile(codexHome, threadId, deps.now()), deps),
    reopen: (thread) => openRollout(thread.file, deps),
    async find(threadId) {
      const file = (await rolloutsNewestFirst(codexHome)).find((path) => path.endsWith(`-${threadId}.jsonl`))
      const record = file && (await readThread(file))
      if (!file || !record) throw notFound(threadId, await isArchived(codexHome, threadId))
      return { file, record }
    },
    async idFrom(beginning) {
      const ids = (await rolloutsNewestFirst(codexHome)).flatMap((file) => threadIdOf(file) ?? [])
      const [id, ...others] = ids.filter((each) => each.startsWith(beginning))
      if (others.length > 0) throw ambiguous(beginning, [id, ...others])
      return id
    },
    async newest(cwd) {
      for (const file of await rolloutsNewestFirst(codexHome)) {
        const record = await readThread(file)
        // A person goes on with what a person began.
        const isOwn = record?.meta.parent_thread_id === undefined
        if (record && isOwn && (cwd === undefined || record.meta.cwd === cwd)) return { file, record }
      }
      return undefined
    },
    async fork({ record }, meta) {
      const file = rolloutFile(codexHome, meta.id, deps.now())
      const unfinished = `${file}.part`
      try {
        const rollout = await openRollout(unfinished, deps)
        try {
          await rollout.append({ type: 'thread.started', thread_id: meta.id, meta }, '')
          for (const item of record.history) await rollout.append({ type: 'response_item', item }, '')
          await rollout.append({ type: 'usage', total: record.usage }, '')
          await rollout.sync()
        } finally {
          await rollout.close()
        }
        await rename(unfinished, file)
      } catch (error) {
        await rm(unfinished, { force: true })
        throw error
      }
    },
  }
}

async function rolloutsNewestFirst(codexHome: string): Promise<readonly string[]> {
  const root = join(codexHome, 'sessions')
  const names = await readdir(root, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  const rollouts = names.filter((name) => /rollout-[^/\\]*\.jsonl$/.test(name))
  return rollouts
    .sort()
    .reverse()
    .map((name) => join(root, name)) // the name starts with the date
}

async function isArchived(codexHome: string, threadId: string): Promise<boolean> {
  const names = await readdir(join(codexHome, 'archived_sessions')).catch(() => [])
  return names.some((name) => name.includes(threadId))
}

function notFound(threadId: string, isArchived: boolean): CodexError {
  return new CodexError(
    'thread.not_found',
    `thread/resume: thread/resume failed: no rollout found for thread id ${threadId}`,
    {
      hint: isArchived
        ? `It was put away: codex threads unarchive ${threadId} takes it out again.`
        : 'codex threads list --all shows those that there are; start anew without resume.',
    },
  )
}

function ambiguous(beginning: string, ids: readonly unknown[]): CodexError {
  return new CodexError('thread.ambiguous', `"${beginning}" is the beginning of the id of ${ids.length} threads`, {
    hint: `Name one by its whole id: ${ids.slice(0, 5).join(', ')}.`,
  })
}
