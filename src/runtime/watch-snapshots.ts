import { isDeepStrictEqual } from 'node:util'
import { openDefinitionMemory } from '../definitions/definition-memory.ts'
import { openFileWatcher } from '../kernel/watch-paths.ts'
import type { Diagnostic } from '../plugin-api/diagnostic.ts'
import type { ReloadChange, ReloadReport, WatchOptions } from '../plugin-api/kernel-client.ts'
import { openSnapshot, type Snapshot } from './open-snapshot.ts'
import { reloadKernel } from './reload-kernel.ts'
import { firstState, reloadState, type WatchedState } from './reload-state.ts'
import { allPlaces, watchedPlaces } from './watched-places.ts'

interface WatchDeps {
  readonly options: WatchOptions
  /** Puts a new snapshot in force, for what begins from now on. */
  replace(next: Snapshot): void
  /** Of the whole program: what a snapshot makes may outlive the watching. */
  readonly runtimeSignal: AbortSignal
}

/** Follows the files that a snapshot was made from; see `KernelClient.watch`. */
export async function* watchSnapshots(
  given: Snapshot,
  deps: WatchDeps,
  signal: AbortSignal,
): AsyncGenerator<ReloadReport> {
  const startedAt = performance.now()
  const isWanted = deps.options.always || given.kernel.loaded.config.commands.auto_reload !== false
  if (!isWanted) {
    const { standing } = await firstState(given, deps.options)
    yield { type: 'started', watched: [], changes: [], standing, durationMs: performance.now() - startedAt }
    return
  }
  const ended = new AbortController()
  const watcher = openFileWatcher(AbortSignal.any([signal, ended.signal]))
  try {
    await watcher.watch(placesOf(given))
    const cache = { ...given.kernel.cache, memory: openDefinitionMemory() }
    const kernel = await reloadKernel({ ...given.kernel, cache }, new Map())
    let state = await firstState(openSnapshot(kernel, deps.runtimeSignal), deps.options)
    let watcherProblems: readonly Diagnostic[] = []
    const reportOf = (type: ReloadReport['type'], changes: ReloadReport['changes'], since: number): ReloadReport => ({
      type,
      watched: placesOf(state.snapshot),
      changes,
      standing: [...watcherProblems, ...state.standing],
      durationMs: performance.now() - since,
    })
    deps.replace(state.snapshot)
    await watcher.watch(placesOf(state.snapshot))
    if (signal.aborted) return
    yield reportOf('started', [], startedAt)

    for await (const { paths, problems } of watcher.batches()) {
      const since = performance.now()
      const before = state.standing
      const changes = new Map<string, ReloadChange>()
      const reload = async (changed: readonly string[]) => {
        const reloaded = await reloadState(state, changed, deps)
        for (const change of reloaded.changes) addChange(changes, change)
        const newPlaces = placesNew(state, reloaded.state)
        state = reloaded.state
        return newPlaces
      }
      let newPlaces = await reload(paths)
      // What is watched only now may have changed since it was read.
      while (newPlaces.length > 0 && !signal.aborted) {
        await watcher.watch(placesOf(state.snapshot))
        newPlaces = await reload(newPlaces)
      }
      await watcher.watch(placesOf(state.snapshot))
      deps.replace(state.snapshot)
      watcherProblems = [...watcherProblems, ...problems]
      const isNews = changes.size > 0 || problems.length > 0 || !isDeepStrictEqual(before, state.standing)
      if (isNews && !signal.aborted) yield reportOf('reloaded', [...changes.values()], since)
    }
  } finally {
    ended.abort()
  }
}

/** One batch may be looked at twice: what it added stays added. */
function addChange(changes: Map<string, ReloadChange>, change: ReloadChange): void {
  const key = JSON.stringify([change.kind, change.id, change.file])
  const last = changes.get(key)
  const isStillNew = last?.change === 'added' && (change.change === 'changed' || change.change === 'unchanged')
  changes.set(key, isStillNew ? { ...change, change: 'added' } : change)
}

function placesOf({ kernel }: Snapshot): readonly string[] {
  return allPlaces(watchedPlaces(kernel))
}

function placesNew(before: WatchedState, after: WatchedState): readonly string[] {
  const old = new Set(placesOf(before.snapshot))
  return placesOf(after.snapshot).filter((place) => !old.has(place))
}
