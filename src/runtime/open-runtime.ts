import { z } from 'zod'
import type { Definition, HandlerResult, KernelClient } from '../plugin-api/index.ts'
import { bindArguments } from '../prompt/bind-arguments.ts'
import { scorePrompt } from './activate-agent.ts'
import { choosePaths } from './choose-paths.ts'
import { type DefinitionStore, openDefinitionStore } from './definition-store.ts'
import { expandInput } from './expand-input.ts'
import { lazily } from './lazily.ts'
import { type Kernel, loadKernel } from './load-kernel.ts'
import { findBackend, openThreadSecurity, type SecurityDeps, threadProfile } from './open-thread-security.ts'
import { agentNamed, resolveInput, unknownCommand } from './resolve-input.ts'
import { runConfined } from './run-confined.ts'
import type { RuntimeOptions } from './runtime-options.ts'
import { startThread } from './start-thread.ts'

/**
 * Wires all rooms together, once for a run of the program. Definitions, plugins and providers are loaded when they are
 * first needed; two runtimes in one process do not know of each other.
 *
 * @throws CodexError `home.missing`, `config.*`
 */
export async function openRuntime(options: RuntimeOptions, signal: AbortSignal): Promise<KernelClient> {
  // Compiling a schema pays after thousands of checks; a start makes few of each.
  z.config({ jitless: true })
  const kernel = await loadKernel(options)
  const store = openDefinitionStore(kernel)
  const deps: SecurityDeps = { kernel, store, backend: lazily(() => findBackend(kernel, signal)) }
  const isEnabled = kernel.loaded.config.agents.enabled
  const client: KernelClient = {
    version: options.version,
    cwd: kernel.options.cwd,
    workspaceRoot: kernel.places.workspaceRoot,
    codexHome: kernel.codexHome,
    trust: kernel.loaded.trust,
    isRepository: kernel.loaded.workspace.isRepository,
    securityProfile: async () => (await threadProfile(undefined, deps)).id,
    diagnostics: async () => [...kernel.diagnostics, ...store.diagnostics()],
    commands: () => store.commandEntries(),
    async command(name) {
      const found = (await store.commandEntries()).find((command) => command.id === name)
      if (!found) throw await unknownCommand(name, store)
      return found
    },
    agents: async () => (isEnabled ? (await store.agents()).effective : []),
    agent: (id) => agentNamed(id, store, isEnabled),
    profiles: async () => [...(await store.profiles()).effective, ...(await store.projectProfiles()).effective],
    policies: async () => (await store.policies()).effective,
    definitions: async (kind) => (await store.kind(kind)).effective,
    extensions: () => extensionEntries(kernel, store),
    config: async () => kernel.loaded.entries,
    doctor: async (abort) => (await import('./doctor.ts')).runDoctor(deps, abort),
    route: async (prompt) => await scorePrompt(prompt, await choosePaths(prompt, [], kernel), deps),
    async expand(request, abort) {
      const input = await resolveInput(request, store, isEnabled)
      const security = await openThreadSecurity({}, input.command?.definition, deps)
      try {
        const gate = security.gate('none', [])
        const { text, notes } = await expandInput(input, request, { kernel, gate }, abort)
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
      const contribution = kernel.registry.modules('handlers').find((each) => each.id === name)
      if (!contribution) throw await unknownCommand(name, store)
      const handler = await kernel.activator.module(contribution)
      return await handler.run(bindArguments(handler.metadata, argv), client, abort)
    },
    exec: (request, abort) => runConfined(request, deps, abort),
    run: (request, abort) => startThread(request, { ...deps, parentLayers: [], depth: 0 }, abort),
  }
  return client
}

/** Contributions of plugins, and every definition with what it hides. */
async function extensionEntries(kernel: Kernel, store: DefinitionStore) {
  const kinds = kernel.registry.modules('definitionKinds').map(({ id }) => id)
  const loaded = await Promise.all([
    store.commands(),
    store.agents(),
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
