import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { Diagnostic } from '../plugin-api/diagnostic.ts'
import type { ReloadChange, WatchOptions } from '../plugin-api/kernel-client.ts'
import { type CheckedModule, checkPluginModules } from './check-plugin-modules.ts'
import { compareKernels } from './compare-kernels.ts'
import { compareKinds } from './compare-kinds.ts'
import type { CarriedDefinitions } from './definition-store.ts'
import { lintChanges } from './lint-changes.ts'
import type { Kernel } from './load-kernel.ts'
import { type LoadedKind, loadedKinds } from './loaded-kinds.ts'
import { openSnapshot, type Snapshot } from './open-snapshot.ts'
import { reloadKernel } from './reload-kernel.ts'
import { touches, type WatchedPlaces, watchedPlaces } from './watched-places.ts'

/** A snapshot with all of its definitions loaded, and what is wrong in it. */
export interface WatchedState {
  readonly snapshot: Snapshot
  readonly kinds: readonly LoadedKind[]
  /** Of linked plugins; empty where modules are not checked. */
  readonly modules: readonly CheckedModule[]
  readonly standing: readonly Diagnostic[]
}

interface ReloadDeps {
  readonly options: WatchOptions
  readonly runtimeSignal: AbortSignal
}

/** Loads everything of a snapshot. */
export async function firstState(snapshot: Snapshot, { check }: WatchOptions): Promise<WatchedState> {
  const linked = new Set(watchedPlaces(snapshot.kernel).modules.keys())
  const modules = check ? await checkPluginModules(snapshot.kernel, linked) : []
  return stateOf(snapshot, await loadedKinds(snapshot), modules)
}

/** Loads again what these paths may have changed, and says what came of it. The state before stays as it is. */
export async function reloadState(
  last: WatchedState,
  paths: readonly string[],
  { options, runtimeSignal }: ReloadDeps,
): Promise<{ readonly state: WatchedState; readonly changes: readonly ReloadChange[] }> {
  const { kernel: lastKernel } = last.snapshot
  const places = watchedPlaces(lastKernel)
  const renewed = renewedPlugins(lastKernel, places, paths)
  const isKernelTouched = renewed.size > 0 || touches(paths, places.kernel)
  const kernel = isKernelTouched ? await reloadKernel(lastKernel, renewed) : lastKernel
  if (renewed.size > 0) kernel.cache.memory?.parsersChanged()
  const carried = isKernelTouched ? {} : untouched(last.snapshot, places, paths)
  const opened = openSnapshot(kernel, runtimeSignal, carried)
  const snapshot = isKernelTouched ? opened : { ...opened, backend: last.snapshot.backend }

  const kinds = await loadedKinds(snapshot)
  const modules = isKernelTouched ? await recheck(last, kernel, renewed, options) : last.modules
  const written = new Set(paths)
  const found = [
    ...compareKernels(lastKernel, kernel),
    ...compareModules(last.modules, modules, renewed, kernel, options),
    ...allKinds(last.kinds, kinds).flatMap(([before, after]) => compareKinds(before, after, written)),
  ]
  const changes = options.check ? await lintChanges(found, snapshot) : found
  return { state: stateOf(snapshot, kinds, modules), changes }
}

function stateOf(snapshot: Snapshot, kinds: readonly LoadedKind[], modules: readonly CheckedModule[]): WatchedState {
  const all = [
    ...snapshot.kernel.diagnostics,
    ...kinds.flatMap(({ diagnostics }) => diagnostics),
    ...modules.flatMap(({ problem }) => problem ?? []),
  ]
  return { snapshot, kinds, modules, standing: all.filter(({ severity }) => severity !== 'info') }
}

/** A new version for each plugin whose modules or manifest were written. */
function renewedPlugins(
  kernel: Kernel,
  { modules }: WatchedPlaces,
  paths: readonly string[],
): ReadonlyMap<string, string> {
  const roots = kernel.plugins.installed.manifests
    .map(({ root }) => root)
    .filter((root) => touches(paths, [...(modules.get(root) ?? []), join(root, 'package.json')]))
  return new Map(roots.map((root) => [root, randomUUID()]))
}

function untouched({ store }: Snapshot, places: WatchedPlaces, paths: readonly string[]): CarriedDefinitions {
  const isTouched = (point: 'commands' | 'agents' | 'skills' | 'profiles' | 'policies') => touches(paths, places[point])
  return {
    ...(!isTouched('commands') && { commands: store.commands }),
    ...(!isTouched('agents') && { agents: store.agents }),
    ...(!isTouched('skills') && { skills: store.skills }),
    ...(!isTouched('profiles') && { profiles: store.profiles, projectProfiles: store.projectProfiles }),
    ...(!isTouched('policies') && { policies: store.policies }),
  }
}

async function recheck(
  last: WatchedState,
  kernel: Kernel,
  renewed: ReadonlyMap<string, string>,
  { check }: WatchOptions,
): Promise<readonly CheckedModule[]> {
  if (!check) return []
  const known = new Set(last.modules.map(({ root }) => root))
  const linked = [...watchedPlaces(kernel).modules.keys()]
  const fresh = new Set(linked.filter((root) => renewed.has(root) || !known.has(root)))
  const kept = last.modules.filter(({ root }) => linked.includes(root) && !fresh.has(root))
  return [...kept, ...(await checkPluginModules(kernel, fresh))]
}

function compareModules(
  before: readonly CheckedModule[],
  after: readonly CheckedModule[],
  renewed: ReadonlyMap<string, string>,
  kernel: Kernel,
  { check }: WatchOptions,
): readonly ReloadChange[] {
  const none = { shadows: [], problems: [] }
  if (!check) {
    const plugins = kernel.registry.plugins.filter(({ root }) => renewed.has(root))
    return plugins.map(({ name, root }) => ({ change: 'changed', kind: 'module', id: name, file: root, ...none }))
  }
  const old = new Map(before.map((module) => [module.id, module]))
  return after.flatMap(({ id, root, file, problem }): readonly ReloadChange[] => {
    const last = old.get(id)
    if (last && !renewed.has(root)) return []
    if (problem) return [{ change: 'broken', kind: 'module', id, file, shadows: [], problems: [problem] }]
    const change = last === undefined ? 'added' : last.problem ? 'mended' : 'changed'
    return [{ change, kind: 'module', id, file, ...none }]
  })
}

/** Each kind before and after; one that came or went has nothing on the other side. */
function allKinds(
  before: readonly LoadedKind[],
  after: readonly LoadedKind[],
): readonly (readonly [LoadedKind, LoadedKind])[] {
  const names = new Set([...before, ...after].map(({ kind }) => kind))
  const find = (kinds: readonly LoadedKind[], kind: string) =>
    kinds.find((each) => each.kind === kind) ?? { kind, effective: [], diagnostics: [] }
  return [...names].map((kind) => [find(before, kind), find(after, kind)])
}
