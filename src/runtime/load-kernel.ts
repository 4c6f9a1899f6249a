import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type LoadedConfig, loadConfig } from '../config/load-config.ts'
import { trustedRoots } from '../config/trust.ts'
import { openBuiltDefinitions } from '../definitions/built-definitions.ts'
import { type DefinitionCache, openDefinitionCache } from '../definitions/definition-cache.ts'
import { type Activator, createActivator } from '../kernel/activate.ts'
import { readFirstPartyPlugins } from '../kernel/discover-plugins.ts'
import type { PluginManifest } from '../kernel/plugin-manifest.ts'
import { type DisabledPlugin, readUserPlugins, type UserPlugins } from '../kernel/read-user-plugins.ts'
import { createRegistry, type Registry } from '../kernel/registry.ts'
import type { Diagnostic } from '../plugin-api/diagnostic.ts'
import type { EndpointMemory } from '../plugin-api/provider.ts'
import { type Places, placesWithSlashes } from '../security/places.ts'
import { openFileStore } from '../thread/file-store.ts'
import type { ThreadStore } from '../thread/thread-store.ts'
import { configOptions } from './config-options.ts'
import { filesWithSecrets } from './credentials/files-with-secrets.ts'
import { type Credentials, openCredentials } from './credentials/open-credentials.ts'
import type { SourcePlaces } from './definition-sources.ts'
import { createEndpointMemory } from './endpoint-memory.ts'
import { createHttpClient, type HttpClient } from './http-client.ts'
import { createKeptSupplies, type KeptSupplies } from './kept-supplies.ts'
import { withProviderDefaults } from './provider-defaults.ts'
import type { RuntimeOptions } from './runtime-options.ts'
import { withLocalProvider } from './with-local-provider.ts'

type PluginTables = NonNullable<LoadedConfig['config']['plugins']>

/** What every run needs: configuration, who contributes what, where files lie. No definition is loaded yet. */
export interface Kernel {
  readonly options: RuntimeOptions
  readonly codexHome: string
  readonly loaded: LoadedConfig
  readonly plugins: KernelPlugins
  readonly registry: Registry
  readonly activator: Activator
  readonly places: Places
  readonly sources: SourcePlaces
  readonly cache: DefinitionCache
  /** Keys of providers; one for all threads, so that a token is taken once. */
  readonly credentials: Credentials
  /** One for all threads, so that a turn's first request goes over the connection that the last one left. */
  readonly send: HttpClient
  readonly endpointMemory: EndpointMemory
  /** What threads keep between their turns. */
  readonly supplies: KeptSupplies
  /** Where threads are kept. */
  readonly threads: ThreadStore
  /** Where tools keep what they worked out; absent: nowhere. */
  readonly toolCache?: { readonly directory: string; readonly program: string }
  /** Installed plugins that are off as a whole, but not by the configuration. */
  readonly brokenPlugins: readonly DisabledPlugin[]
  /** Names of plugins that the configuration wishes for (`[plugins.NAME] install`) and that are not there. */
  readonly wishedPlugins: readonly string[]
  readonly diagnostics: readonly Diagnostic[]
}

/** The manifests that the registry is made from. */
export interface KernelPlugins {
  readonly firstParty: readonly PluginManifest[]
  readonly installed: UserPlugins
}

/** What a kernel is made from, and what a later one of the same process takes over. */
export interface KernelParts {
  readonly loaded: LoadedConfig
  readonly plugins: KernelPlugins
  readonly activator: Activator
  readonly cache: DefinitionCache
  readonly send: HttpClient
  readonly endpointMemory: EndpointMemory
  readonly supplies: KeptSupplies
}

/** @throws CodexError `home.missing`, `config.*` */
export async function loadKernel(given: RuntimeOptions): Promise<Kernel> {
  const configuration = configOptions(given)
  const home = configuration.codexHome
  const [loaded, firstParty, installed] = await Promise.all([
    loadConfig(configuration),
    readFirstPartyPlugins(given.packageRoot),
    readUserPlugins(join(home, 'oclif')),
  ])
  const cachePlace = { directory: join(home, 'cache', 'definitions'), program: given.version }
  const built = openBuiltDefinitions(given.packageRoot)
  return await assembleKernel(given, {
    loaded,
    plugins: { firstParty, installed },
    activator: createActivator({
      pluginApiUrl: pathToFileURL(join(given.packageRoot, 'dist', 'plugin-api.js')).href,
    }),
    cache: openDefinitionCache(given.settings.noCache ? undefined : cachePlace, built),
    send: createHttpClient(given.env),
    endpointMemory: createEndpointMemory(given.now),
    supplies: createKeptSupplies(),
  })
}

/** The kernel of these parts: whether wished plugins are there is looked up. */
export async function assembleKernel(
  given: RuntimeOptions,
  { loaded: read, plugins, activator, cache, send, endpointMemory, supplies }: KernelParts,
): Promise<Kernel> {
  const { codexHome } = configOptions(given)
  // Paths are compared with the real path of the workspace.
  const options = { ...given, cwd: read.workspace.cwd }
  const disabledPlugins = new Set(
    Object.entries(read.config.plugins ?? {}).flatMap(([name, table]) => (table.enabled === false ? name : [])),
  )
  const registry = createRegistry([...plugins.firstParty, ...plugins.installed.manifests], {
    disabledPlugins,
    platform: options.platform,
  })
  const loaded = { ...read, config: withProviderDefaults(withLocalProvider(read.config, given.settings), registry) }
  const brokenPlugins = plugins.installed.disabled.filter(({ name }) => !disabledPlugins.has(name))
  const workspaceRoot = loaded.workspace.root
  const { user_commands_dir: userCommandsDir } = loaded.config.commands
  const { user_agents_dir: userAgentsDir } = loaded.config.agents
  return {
    options,
    codexHome,
    loaded,
    plugins,
    registry,
    activator,
    places: placesWithSlashes(
      {
        ...{ workspaceRoot, codexHome, homeDir: options.homeDir, tempDir: options.tempDir },
        programDir: options.packageRoot,
        secretFiles: filesWithSecrets(loaded, options.env),
        trustedRoots: await trustedRoots(loaded.layers),
      },
      options.platform,
    ),
    sources: {
      packageRoot: options.packageRoot,
      codexHome,
      workspaceRoot,
      homeDir: options.homeDir,
      isTrusted: loaded.trust === 'trusted',
      ...(userCommandsDir !== undefined && { userCommandsDir }),
      ...(userAgentsDir !== undefined && { userAgentsDir }),
    },
    brokenPlugins,
    wishedPlugins: await wishedPlugins(loaded.config.plugins ?? {}, plugins.installed),
    cache,
    send,
    endpointMemory,
    supplies,
    threads: options.openThreads?.(codexHome) ?? openFileStore(codexHome, options),
    credentials: openCredentials({
      ...{ config: loaded.config, env: options.env, codexHome, homeDir: options.homeDir, workspaceRoot },
      now: options.now,
    }),
    ...(!options.settings.noCache && {
      toolCache: { directory: join(codexHome, 'cache', 'tools'), program: options.version },
    }),
    diagnostics: [
      ...loaded.diagnostics,
      ...plugins.installed.diagnostics,
      ...brokenPlugins.flatMap(({ diagnostics }) => diagnostics),
      ...registry.diagnostics,
    ],
  }
}

/** Most configurations wish for nothing, and read nothing for it. */
async function wishedPlugins(tables: PluginTables, installed: UserPlugins): Promise<readonly string[]> {
  if (!Object.values(tables).some(({ install }) => install !== undefined)) return []
  const { missingPlugins } = await import('../kernel/plugins/missing-plugins.ts')
  return missingPlugins(tables, installed).map(({ name }) => name)
}
