import { CodexError } from '../plugin-api/errors.ts'
import type { RolloutLine } from './rollout-lines.ts'
import { storedLines } from './stored-lines.ts'
import type { KeptRecord, StoredThread, ThreadStore } from './thread-store.ts'

/** The thread of an id, to go on with. @throws CodexError `thread.not_found`, `rollout.unreadable` */
export async function findStoredThread(threadId: string, store: ThreadStore): Promise<StoredThread> {
  const kept = store.records().filter((record) => record.threadId === threadId)
  const record = kept.find(({ archived }) => !archived)
  if (!record) throw notFound(threadId, kept.length > 0)
  const thread = await readThread(record, store)
  if (!thread) throw noThread(record)
  return thread
}

/** The thread of `cwd`, or of any directory, that was begun last; undefined where there is none. Records that cannot be read are passed over. */
export async function newestStoredThread(
  cwd: string | undefined,
  store: ThreadStore,
): Promise<StoredThread | undefined> {
  for (const kept of newestFirst(store)) {
    const meta = firstLine(kept, store)
    // A person goes on with what a person began.
    const isOwn = meta !== undefined && meta.parent_thread_id === undefined
    const thread = isOwn && (cwd === undefined || meta.cwd === cwd) ? await readThread(kept, store) : undefined
    if (thread) return thread
  }
  return undefined
}

/** The id that begins so; undefined where none does. @throws CodexError `thread.ambiguous` */
export function threadIdFrom(beginning: string, store: ThreadStore): string | undefined {
  const [id, ...others] = newestFirst(store).flatMap(({ threadId }) => (threadId.startsWith(beginning) ? threadId : []))
  if (others.length === 0) return id
  throw new CodexError(
    'thread.ambiguous',
    `"${beginning}" is the beginning of the id of ${others.length + 1} threads`,
    { hint: `Name one by its whole id: ${[id, ...others].slice(0, 5).join(', ')}.` },
  )
}

function newestFirst(store: ThreadStore): readonly KeptRecord[] {
  const records = store.records().filter(({ archived }) => !archived)
  return records.sort((a, b) => (a.file < b.file ? 1 : -1))
}

/** Only a thread that goes on is read, and only then its schema is needed. */
async function readThread(kept: KeptRecord, store: ThreadStore): Promise<StoredThread | undefined> {
  const { threadOfLines } = await import('./thread-record.ts')
  const sizeBytes = store.stateOf(kept)?.sizeBytes ?? 0
  const record = threadOfLines(storedLines(kept, store))
  return record && { kept, record, sizeBytes }
}

/** What a record begins with; undefined for one that cannot be read. */
function firstLine(kept: KeptRecord, store: ThreadStore): RolloutLine['payload'] | undefined {
  try {
    for (const { line } of store.lines(kept, 0))
      if (line) return line.type === 'session_meta' ? line.payload : undefined
    return undefined
  } catch (error) {
    if (error instanceof CodexError && error.code === 'rollout.unreadable') return undefined
    throw error
  }
}

function notFound(threadId: string, isArchived: boolean): CodexError {
  return new CodexError(
    'thread.not_found',
    `thread/resume: thread/resume failed: no rollout found for thread id ${threadId}`,
    {
      hint: isArchived
        ? `It was put away: codex threads unarchive ${threadId} takes it out again.`
        : 'codex threads list --all shows those that there are.',
    },
  )
}

function noThread({ threadId, file }: KeptRecord): CodexError {
  return new CodexError(
    'rollout.unreadable',
    `${file} does not say whose thread it is: it begins with no session_meta`,
    {
      hint: `Put a copy of the file in its place, or delete it: codex threads delete ${threadId}.`,
      location: { file, line: 1 },
    },
  )
}
