import { sep } from 'node:path'
import type { Diagnostic } from '../plugin-api/diagnostic.ts'

/** What changed since the last batch. */
export interface WatchBatch {
  /** Absolute paths of files and directories, each once; of a directory, whatever is in it may have changed. */
  readonly paths: readonly string[]
  /** What the watcher cannot do, each said once. */
  readonly problems: readonly Diagnostic[]
}

/** Watches until its signal aborts; then the batches end and everything is released. */
export interface FileWatcher {
  /** Watches these files and directories instead of those before. Once it resolves, no later change is missed. */
  watch(paths: readonly string[]): Promise<void>
  /** Pulled by one reader; what changes while it is busy is in its next batch. */
  batches(): AsyncGenerator<WatchBatch>
}

/** When a burst of changes becomes a batch. */
export interface WatchTimes {
  /** Milliseconds without a change after which a batch is handed on: editors and builds write many files at once. */
  readonly quietMs: number
  /** Milliseconds after which a batch is handed on even if changes go on. */
  readonly maxWaitMs: number
}

const defaultTimes: WatchTimes = { quietMs: 120, maxWaitMs: 600 }
/** Where there is only polling, one look at each file in this time. */
const pollingMs = 500
/** What the operating system says where its watches are used up: inotify(7) gives ENOSPC for watches, EMFILE for instances. */
const limitCodes: ReadonlySet<string> = new Set(['ENOSPC', 'EMFILE', 'ENFILE'])
/** Never looked into below a watched directory: large, and no definitions. */
const skippedNames: ReadonlySet<string> = new Set(['node_modules', '.git'])

/**
 * Watches files and directories, with all below them; one that is not there yet is seen when it appears, and one that is replaced by a
 * rename when it is replaced. Symbolic links are followed, and loops of them end. While nothing changes, nothing is read. Where the
 * system's watches are used up, files are polled instead, which the first batch afterwards says; it names every watched path,
 * since a change may have been missed.
 */
export function openFileWatcher(signal: AbortSignal, times: WatchTimes = defaultTimes): FileWatcher {
  let targets: readonly string[] = []
  let backend: 'auto' | 'polling' = 'auto'
  let closeCurrent: () => Promise<void> = async () => undefined
  const pending = collectBursts(times, signal)

  const open = async (): Promise<void> => {
    const { watch } = await import('chokidar')
    if (signal.aborted) return
    const closeLast = closeCurrent
    const opened = watch([...targets], {
      ignoreInitial: true,
      ignored: isSkippedBelow(targets),
      backend,
      pollingInterval: pollingMs,
    })
    closeCurrent = () => opened.close()
    await new Promise<void>((resolve, reject) => {
      signal.addEventListener('abort', () => resolve(), { once: true })
      opened.on('ready', resolve)
      opened.on('all', (_, path) => pending.note([path]))
      opened.on('error', (error) => {
        const code = codeOf(error)
        if (backend === 'auto' && limitCodes.has(code)) {
          backend = 'polling'
          pending.note(targets, watchesUsedUp(code))
          open().then(resolve, reject)
        } else if (!limitCodes.has(code)) pending.note([], unwatchable(error))
      })
    })
    await closeLast()
  }

  signal.addEventListener('abort', () => void closeCurrent(), { once: true })
  return {
    async watch(paths) {
      const sorted = [...new Set(paths)].sort()
      if (sorted.join('\0') === targets.join('\0')) return
      targets = sorted
      await open()
      if (signal.aborted) await closeCurrent()
    },
    async *batches() {
      try {
        while (!signal.aborted) {
          const batch = await pending.take()
          if (batch) yield batch
        }
      } finally {
        await closeCurrent()
      }
    },
  }
}

/** Gathers changes until they pause. */
function collectBursts(times: WatchTimes, signal: AbortSignal) {
  let paths = new Set<string>()
  let problems = new Map<string, Diagnostic>()
  const said = new Set<string>()
  let firstAt: number | undefined
  let timer: NodeJS.Timeout | undefined
  let isDue = false
  let wake: () => void = () => undefined
  const due = () => {
    isDue = true
    wake()
  }
  signal.addEventListener(
    'abort',
    () => {
      clearTimeout(timer)
      due()
    },
    { once: true },
  )
  return {
    note(changed: readonly string[], problem?: Diagnostic) {
      if (signal.aborted) return
      for (const path of changed) paths.add(path)
      if (problem && !said.has(problem.message)) {
        said.add(problem.message)
        problems.set(problem.message, problem)
      }
      if (paths.size === 0 && problems.size === 0) return
      const now = performance.now()
      firstAt ??= now
      clearTimeout(timer)
      timer = setTimeout(due, Math.max(0, Math.min(times.quietMs, firstAt + times.maxWaitMs - now)))
    },
    /** The next batch; undefined where the signal aborts. */
    async take(): Promise<WatchBatch | undefined> {
      if (!isDue && !signal.aborted) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      if (signal.aborted) return undefined
      const batch = { paths: [...paths], problems: [...problems.values()] }
      clearTimeout(timer)
      paths = new Set()
      problems = new Map()
      firstAt = undefined
      isDue = false
      return batch
    },
  }
}

/** A path with a skipped name below the targets that hold it; a target inside such a directory is watched all the same. */
function isSkippedBelow(targets: readonly string[]): (path: string) => boolean {
  return (path) => {
    const below = targets.flatMap((target) => {
      if (path === target) return ['']
      return path.startsWith(`${target}${sep}`) ? [path.slice(target.length + 1)] : []
    })
    return below.length > 0 && below.every((rest) => rest.split(sep).some((name) => skippedNames.has(name)))
  }
}

function watchesUsedUp(code: string): Diagnostic {
  return {
    severity: 'warning',
    code: 'watch.limit',
    message: `The system has no file watches left (${code}), so files are looked at every ${pollingMs} ms`,
    hint: 'Raise fs.inotify.max_user_watches and fs.inotify.max_user_instances, or end other programs that watch files.',
  }
}

function unwatchable(error: unknown): Diagnostic {
  const path = error instanceof Error && 'path' in error ? String(error.path) : undefined
  return {
    severity: 'warning',
    code: 'watch.unreadable',
    message: `Changes here are not seen: ${error instanceof Error ? error.message : String(error)}`,
    ...(path !== undefined && { file: path }),
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
