import { nearestNames } from '../kernel/nearest-names.ts'
import { CodexError } from '../plugin-api/errors.ts'
import type { Definition, ExtensionEntry, HandlerResult, KernelClient } from '../plugin-api/index.ts'
import { bindArguments } from '../prompt/bind-arguments.ts'
import { createValueRedactor } from '../security/redact.ts'
import { expandInput } from './expand-input.ts'
import { loadKernel } from './load-kernel.ts'
import { openSnapshot, type Snapshot } from './open-snapshot.ts'
import { openThreadSecurity, threadProfile } from './open-thread-security.ts'
import { reportProvider } from './report-provider.ts'
import { agentNamed, resolveInput, unknownCommand } from './resolve-input.ts'
import { routeInWorkspace } from './route-in-workspace.ts'
import { runConfined } from './run-confined.ts'
import { runTurns } from './run-turns.ts'
import type { RuntimeOptions } from './runtime-options.ts'

/** The running program, and what ends it. */
export interface Runtime extends KernelClient {
  /** Ends what threads keep between their turns; a turn that runs takes its own with it. A program that ends without it leaves nothing running either. */
  close(): Promise<void>
}

/**
 * Wires all rooms together, once for a run of the program. Definitions, plugins and providers are loaded when they are
 * first needed; two runtimes in one process do not know of each other.
 *
 * @throws CodexError `home.missing`, `config.*`
 */
export async function openRuntime(options: RuntimeOptions, signal: AbortSignal): Promise<Runtime> {
  // Replaced as a whole by `watch`; whoever has begun something keeps the one that it began with.
  let now = openSnapshot(await loadKernel(options), signal)
  const client: Runtime = {
    version: options.version,
    get cwd() {
      return now.kernel.options.cwd
    },
    get workspaceRoot() {
      return now.kernel.places.workspaceRoot
    },
    get codexHome() {
      return now.kernel.codexHome
    },
    undoableTurns: async () => (await import('./undo/undo-turns.ts')).undoableTurns(now),
    undo: async (request, abort) => (await import('./undo/undo-turns.ts')).undoTurns(request, now, abort),
    async threads() {
      const { openThreadLibrary } = await import('../thread/library/open-thread-library.ts')
      const { codexHome, options: place, threads } = now.kernel
      return openThreadLibrary({ codexHome, cwd: place.cwd }, threads)
    },
    get trust() {
      return now.kernel.loaded.trust
    },
    get isRepository() {
      return now.kernel.loaded.workspace.isRepository
    },
    securityProfile: async () => (await threadProfile(undefined, now)).id,
    credential: (abort, provider) =>
      reportProvider(provider ?? now.kernel.loaded.config.model_provider, now.kernel, abort),
    redact: (text) => createValueRedactor(now.kernel.options.env, now.kernel.credentials.secrets)(text),
    diagnostics: async () => [...now.kernel.diagnostics, ...now.store.diagnostics()],
    commands: () => now.store.commandEntries(),
    async command(name) {
      const { store } = now
      const found = (await store.commandEntries()).find((command) => command.id === name)
      if (!found) throw await unknownCommand(name, store)
      return found
    },
    agents: async () => (hasAgents(now) ? (await now.store.agents()).effective : []),
    agent: (id) => agentNamed(id, now.store, hasAgents(now)),
    async profiles() {
      const { store } = now
      return [...(await store.profiles()).effective, ...(await store.projectProfiles()).effective]
    },
    policies: async () => (await now.store.policies()).effective,
    hooks: async () => (await import('./hooks/list-hooks.ts')).listHooks(now),
    definitions: async (kind) => (await now.store.kind(kind)).effective,
    extensions: () => extensionEntries(now),
    extension: async (id) => extensionNamed(id, await extensionEntries(now)),
    config: async () => now.kernel.loaded.entries,
    models: async (query, abort) => (await import('./list-models.ts')).listModels(query, now, abort),
    doctor: async (abort, given = {}) => (await import('./doctor/run-doctor.ts')).runDoctor(given, now, abort),
    bugReport: async (request, abort) =>
      (await import('./bug-report/collect-bug-report.ts')).collectBugReport(request, now, abort),
    route: async (prompt) => (await client.routePrompt(prompt, signal)).candidates,
    routePrompt: (prompt, abort) => routeInWorkspace(prompt, now, abort),
    async expand(request, abort) {
      const deps = now
      const input = await resolveInput(request, deps.store, hasAgents(deps))
      const security = await openThreadSecurity({}, input.command?.definition, deps)
      try {
        const gate = security.gate('none', [])
        const { text, notes } = await expandInput(input, request, { kernel: deps.kernel, gate }, abort)
        const names = { command: input.command?.definition.id, agent: input.agent?.id }
        return {
          text,
          notes,
          ...(names.command && { command: names.command }),
          ...(names.agent && { agent: names.agent }),
        }
      } finally {
        await security.audit.close()
      }
    },
    async handle(name, argv, abort): Promise<HandlerResult> {
      const { kernel, store } = now
      const contribution = kernel.registry.modules('handlers').find((each) => each.id === name)
      if (!contribution) throw await unknownCommand(name, store)
      const handler = await kernel.activator.module(contribution)
      return await handler.run(bindArguments(handler.metadata, argv), client, abort)
    },
    exec: (request, abort) => runConfined(request, now, abort),
    fork: async (id, given = {}) => (await import('./fork-thread.ts')).forkThread(id, given, now.kernel),
    async preview(request, abort) {
      const { previewThread } = await import('./preview-thread.ts')
      return await previewThread(request, { ...now, depth: 0 }, abort)
    },
    run: (request, abort) => runTurns(request, { ...now, depth: 0 }, abort),
    async *orchestrate(request, abort) {
      const { orchestrate } = await import('./orchestrate/orchestrate.ts')
      yield* orchestrate(request, now, abort)
    },
    async planRun(request, abort) {
      const { planRun } = await import('./orchestrate/plan-run.ts')
      return await planRun(request, now, abort)
    },
    async *watch(given, abort) {
      const { watchSnapshots } = await import('./watch-snapshots.ts')
      const replace = (next: Snapshot) => {
        now = next
      }
      yield* watchSnapshots(now, { options: given, replace, runtimeSignal: signal }, abort)
    },
    close: () => now.kernel.supplies.close(),
  }
  return client
}

function hasAgents({ kernel }: Snapshot): boolean {
  return kernel.loaded.config.agents.enabled
}

function extensionNamed(id: string, all: readonly ExtensionEntry[]): readonly ExtensionEntry[] {
  const named = all.filter((entry) => entry.id === id || `${entry.point}/${entry.id}` === id)
  if (named.length > 0) return named
  const known = [...new Set(all.flatMap((entry) => [entry.point, entry.id]))]
  const nearest = nearestNames(id, known)
  throw new CodexError(
    'usage.unknown_definition',
    `"${id}" is neither an extension point nor the id of a contribution`,
    {
      hint: nearest.length > 0 ? `Did you mean ${nearest.join(', ')}?` : 'codex extensions lists them all.',
    },
  )
}

/** Contributions of plugins, and every definition with what it hides. */
async function extensionEntries({ kernel, store }: Snapshot) {
  const kinds = kernel.registry.modules('definitionKinds').map(({ id }) => id)
  const loaded = await Promise.all([
    store.commands(),
    store.agents(),
    store.skills(),
    store.profiles(),
    store.projectProfiles(),
    store.policies(),
    ...kinds.map((id) => store.kind(id).catch(() => ({ effective: [], diagnostics: [] }))),
  ])
  const definitions = loaded.flatMap(({ effective }): readonly Definition<unknown>[] => effective)
  const modules = kernel.registry.entries.filter(({ id }) => !id.startsWith('./')) // globs stand for the definitions below
  return [
    ...modules,
    ...kernel.brokenPlugins.map(({ name, diagnostics: [{ file = '', message }] }) => ({
      ...{ point: 'plugins', id: name, plugin: name, version: '', source: file, shadows: [] },
      ...{ status: 'disabled' as const, reason: message },
    })),
    ...definitions.map(({ kind, id, origin, shadows }) => ({
      point: kind,
      id,
      plugin: origin.plugin ?? origin.layer,
      version: kernel.registry.plugins.find(({ name }) => name === origin.plugin)?.version ?? kernel.options.version,
      source: origin.file,
      shadows: shadows.map((hidden) => `${hidden.plugin ?? hidden.layer}:${id}`),
      status: 'active' as const,
    })),
  ]
}
