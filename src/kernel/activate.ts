import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { CodexError } from '../plugin-api/errors.ts'
import { exportNames } from '../plugin-api/extension-points.ts'
import type {
  DefinitionKind,
  Handler,
  Hook,
  ModulePoint,
  Observer,
  Provider,
  Router,
  SandboxBackend,
  Tool,
  ToolSource,
} from '../plugin-api/index.ts'
import { completeHandler } from './complete-handler.ts'
import type { PluginManifest } from './plugin-manifest.ts'
import type { HookContribution, ModuleContribution } from './registry.ts'
import { resolvePluginApi } from './resolve-plugin-api.ts'

/** A contributed module must be imported within this time; a hanging one would hang every turn. */
const importTimeoutMs = 10_000

interface ExportTypes {
  tools: Tool
  toolSources: ToolSource
  providers: Provider
  sandboxes: SandboxBackend
  handlers: Handler
  routers: Router
  definitionKinds: DefinitionKind
  observers: Observer
}

/** Imports contributed modules at first use, each once. */
export interface Activator {
  /** @throws CodexError `plugin.module` */
  module<Point extends ModulePoint>(contribution: ModuleContribution<Point>): Promise<ExportTypes[Point]>
  /** @throws CodexError `plugin.module` */
  hook(contribution: HookContribution): Promise<Hook>
  /** One that imports the modules of these plugins anew, under the version that stands for their root; it shares all others with this one. */
  renewed(versions: ReadonlyMap<string, string>): Activator
}

export function createActivator(deps: { readonly pluginApiUrl: string }): Activator {
  return activatorOf(deps, { loaded: new Map(), versions: new Map() })
}

interface ImportedModules {
  readonly loaded: Map<string, Promise<unknown>>
  /** Of the plugins that were changed while the program ran, by root. */
  readonly versions: ReadonlyMap<string, string>
}

function activatorOf(deps: { readonly pluginApiUrl: string }, { loaded, versions }: ImportedModules): Activator {
  const load = (plugin: PluginManifest, modulePath: string, exportName: string, id: string, check: Check) => {
    const file = join(plugin.root, modulePath)
    const version = versions.get(plugin.root)
    const key = JSON.stringify([file, exportName, id, version])
    const existing = loaded.get(key)
    if (existing) return existing
    if (plugin.layer === 'plugin') resolvePluginApi(deps.pluginApiUrl)
    const loading = importExport(plugin, { file, ...(version !== undefined && { version }) }, exportName, check)
    loaded.set(key, loading)
    return loading
  }
  return {
    renewed: (more) => activatorOf(deps, { loaded, versions: new Map([...versions, ...more]) }),
    module: (contribution) =>
      load(
        contribution.plugin,
        contribution.entry.module,
        exportNames[contribution.point],
        contribution.id,
        (value) => {
          const problem = shapeProblem(contribution, value)
          const isForeignHandler = contribution.point === 'handlers' && contribution.plugin.layer === 'plugin'
          return isForeignHandler && !problem ? completeHandler(value as Handler) : problem // its functions are there
        },
      ) as Promise<ExportTypes[typeof contribution.point]>, // shape checked by shapeProblem
    hook: ({ plugin, entry }) =>
      load(plugin, entry.module, exportNames.hooks, entry.event, (value) => {
        const hook = value as Partial<Hook> // each field is checked here
        if (typeof hook.run !== 'function') return 'has no function "run"'
        return hook.event === entry.event ? undefined : `is for ${String(hook.event)}, the manifest says ${entry.event}`
      }) as Promise<Hook>,
  }
}

/** What is wrong with an exported object, as a predicate; or what to use in its place; undefined: it is good as it is. */
type Check = (value: object) => string | undefined | Promise<object | string>

async function importExport(
  plugin: PluginManifest,
  { file, version }: { readonly file: string; readonly version?: string },
  exportName: string,
  check: Check,
): Promise<unknown> {
  const fail = (problem: string, cause?: unknown) =>
    new CodexError('plugin.module', `Plugin ${plugin.name}: ${file} ${problem}`, {
      hint: `Update the plugin, or set [plugins."${plugin.name}"] enabled = false.`,
      location: { file },
      cause,
    })
  await access(file).catch((cause: unknown) => {
    throw fail('does not exist', cause)
  })
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(fail(`was not imported within ${importTimeoutMs / 1000} s`)), importTimeoutMs)
  })
  let module: Record<string, unknown>
  try {
    module = await Promise.race([import(await moduleUrl(file, version)), timeout])
  } catch (error) {
    throw error instanceof CodexError ? error : fail(`threw while it was imported: ${String(error)}`, error)
  } finally {
    clearTimeout(timer)
  }
  const value = module[exportName]
  if (typeof value !== 'object' || value === null) throw fail(`does not export an object "${exportName}"`)
  const checked = await check(value)
  if (typeof checked === 'string') throw fail(`exports "${exportName}", which ${checked}`)
  return checked ?? value
}

/** A version makes Node import the file, and what it imports by a relative path, once more: what it imported before stays in memory. */
async function moduleUrl(file: string, version: string | undefined): Promise<string> {
  const { href } = pathToFileURL(file)
  if (version === undefined) return href
  const { versionedUrl } = await import('./import-versions.ts')
  return versionedUrl(href, version)
}

const functionsOf: Record<ModulePoint, readonly string[]> = {
  tools: ['run'],
  toolSources: ['open'],
  providers: ['models', 'stream'],
  sandboxes: ['probe', 'wrap'],
  handlers: ['run'],
  routers: ['score'],
  definitionKinds: ['parse'],
  observers: ['open'],
}

function shapeProblem(contribution: ModuleContribution, value: object): string | undefined {
  const fields = value as Record<string, unknown> // any object; each field is checked before use
  const missing = functionsOf[contribution.point].find((name) => typeof fields[name] !== 'function')
  if (missing) return `has no function "${missing}"`
  const metadata = fields.metadata as { name?: unknown } | undefined
  const id =
    contribution.point === 'tools' ? fields.name : contribution.point === 'handlers' ? metadata?.name : fields.id
  if (id !== contribution.id) return `is called "${String(id)}", the manifest says "${contribution.id}"`
  if (contribution.point !== 'tools' || !('effects' in contribution.entry)) return undefined
  const declared = [...contribution.entry.effects].sort().join(', ')
  const actual = Array.isArray(fields.effects) ? [...fields.effects].sort().join(', ') : 'nothing'
  if (declared !== actual) return `has the effects ${actual || 'none'}, the manifest says ${declared || 'none'}`
  const { namespace, wire_name: wireName } = contribution.entry
  const group = fields.namespace as { name?: unknown } | undefined
  if (group?.name !== namespace) return otherName('the namespace', group?.name, namespace)
  return fields.wireName === wireName ? undefined : otherName('the wireName', fields.wireName, wireName)
}

function otherName(field: string, actual: unknown, declared: string | undefined): string {
  return `has ${field} ${String(actual ?? 'none')}, the manifest says ${declared ?? 'none'}`
}
