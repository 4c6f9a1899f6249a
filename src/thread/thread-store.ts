import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { CodexError } from '../plugin-api/index.ts'
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
  /** The thread of `cwd` that was begun last; undefined where there is none. */
  newest(cwd: string): Promise<StoredThread | undefined>
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
      if (!file || !record) throw notFound(threadId)
      return { file, record }
    },
    async newest(cwd) {
      for (const file of await rolloutsNewestFirst(codexHome)) {
        const record = await readThread(file)
        if (record?.meta.cwd === cwd) return { file, record }
      }
      return undefined
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

function notFound(threadId: string): CodexError {
  return new CodexError(
    'thread.not_found',
    `thread/resume: thread/resume failed: no rollout found for thread id ${threadId}`,
    {
      hint: 'Look below CODEX_HOME/sessions, or start anew without resume.',
    },
  )
}
