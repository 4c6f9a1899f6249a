import { maxDepthOf } from '../agents/max-depth.ts'
import { isToolOn } from '../config/known-features.ts'
import { ownValue } from '../config/table.ts'
import { lazily } from '../kernel/lazily.ts'
import type { HookRunner } from '../kernel/run-hooks.ts'
import { formatDiagnostic } from '../plugin-api/diagnostic.ts'
import type {
  AgentDefinition,
  AskPerson,
  Definition,
  Diagnostic,
  Tool,
  ToolCallItem,
  ToolEffect,
} from '../plugin-api/index.ts'
import type { FileWriter } from '../sandbox/files/file-writer.ts'
import type { ThreadSupplies } from '../sandbox/thread-supplies.ts'
import type { Gate } from '../security/gate.ts'
import { couldAllow } from '../security/permissions/could-allow.ts'
import { decideIn } from '../security/permissions/decide-in.ts'
import type { TurnTools } from '../thread/turn.ts'
import { calledTool } from '../tools/called-tool.ts'
import type { SharedShellStates } from '../tools/context/shell-states.ts'
import { denialItem } from '../tools/denial.ts'
import {
  type Delegate,
  type DispatchableTool,
  dispatchToolCall,
  type ItemLedger,
  type JsonTool,
  openToolCache,
  type ThreadAgents,
  type ToolStreamEvent,
  toolSpec,
} from '../tools/index.ts'
import { createCapabilities } from './capabilities.ts'
import type { DefinitionStore } from './definition-store.ts'
import { execDeps, maxOutputBytes } from './exec-deps.ts'
import type { Kernel } from './load-kernel.ts'
import type { ThreadSecurity } from './open-thread-security.ts'
import type { ToolSources } from './open-tool-sources.ts'
import { createToolOffer, type ToolNames } from './tool-offer.ts'
import type { TurnRecorder } from './undo/record-turn.ts'

export interface ThreadToolsDeps {
  readonly kernel: Kernel
  readonly store: DefinitionStore
  readonly security: ThreadSecurity
  readonly gate: Gate
  readonly hooks: HookRunner
  readonly ledger: ItemLedger
  readonly threadId: string
  readonly turnId: string
  readonly delegate: Delegate
  /** Absent: the default agent. */
  readonly agent?: Definition<AgentDefinition> | undefined
  /** Absent: none can run beside the thread. */
  readonly agentsBelow?: ThreadAgents | undefined
  /** How many agents hand work on to this one. Absent: none. */
  readonly depth?: number
  /** Tokens that the model holds: no output gets more than a quarter of them, at four bytes each. Absent: not known. */
  readonly contextWindow?: number | undefined
  /** Absent: nobody is there. */
  readonly ask?: AskPerson | undefined
  /** Tools that the thread has found, and those that its agent or command names, by id. Absent: none. */
  readonly knownTools?: ToolNames
  /** Closed with the tools. Absent: made for them. */
  readonly supplies?: ThreadSupplies | undefined
  /** Of the run that the thread belongs to. Absent: its own. */
  readonly shellStates?: SharedShellStates | undefined
  /** Absent: none is open. */
  readonly sources?: ToolSources | undefined
  /** Tells why the turn cannot be undone. Absent: it is not recorded. */
  readonly recorder?: Pick<TurnRecorder, 'takeNotice'> | undefined
  /** Absent: as the configuration says. */
  readonly workspaceTrusted?: boolean
  /** Told when files are about to be written. Absent: nobody is. */
  readonly writing?: (() => void) | undefined
}

export interface ThreadTools extends TurnTools {
  /** Those that may be used. */
  readonly names: ReadonlySet<string>
  /** Why tools that its agent asks for by capabilities are not those that are configured. */
  readonly notices: readonly string[]
  /** Why tools are left out. Loads those that the build has not described, as the first request to a model does. */
  problems(): Promise<readonly Diagnostic[]>
  /** Ends what still runs, and gives back what was kept for the thread. */
  close(): Promise<void>
}

/** The tools that a thread may use, connected to its gate. A tool whose module does not load is left out, and calling it says why. */
export function threadTools(deps: ThreadToolsDeps): ThreadTools {
  const { kernel, gate, security, threadId, turnId } = deps
  const { config } = kernel.loaded
  const contributions = kernel.registry
    .modules('tools')
    .filter(({ id }) => decideIn('tools', gate.permissions, id) !== 'deny')
    .filter(({ id }) => isToolOn(id, config.features))
    .filter(({ id }) => id !== 'update_plan' || config.tools?.update_plan?.enabled !== false)
  const tools = new Map(
    contributions.map((each): [string, () => Promise<Tool>] => [each.id, lazily(() => kernel.activator.module(each))]),
  )
  const commandTools = new Set(contributions.flatMap(({ id, entry }) => (entry.effects.includes('exec') ? id : [])))
  const sourceTools = (): readonly JsonTool[] =>
    (deps.sources?.tools() ?? []).filter(({ name }) => decideIn('tools', gate.permissions, name) !== 'deny')
  const load = (id: string): (() => Promise<DispatchableTool>) | undefined => {
    const ofSource = tools.has(id) ? undefined : sourceTools().find(({ name }) => name === id)
    // What its first command needs is made while the module loads.
    if (commandTools.has(id)) exec.prepare()
    return ofSource ? async () => ofSource : tools.get(id)
  }
  const capabilities = createCapabilities({
    tools: contributions.map(({ id, entry }) => ({ id, capability: entry.capability })),
    named: () => deps.sources?.capabilities() ?? [],
    isUsable: (id) => sourceTools().some(({ name }) => name === id),
  })
  const asked = deps.agent?.value.agent.capabilities ?? []
  const isReplaced = (id: string) =>
    asked.some((each) => {
      const { tool, builtIn } = capabilities.served(each)
      return tool !== undefined && builtIn === id
    })
  const isOffered = handsOn(deps)
    ? () => true
    : ({ entry }: { readonly entry: { readonly effects: readonly ToolEffect[] } }) =>
        !(entry.effects.length === 1 && entry.effects[0] === 'delegate')
  const offered = contributions.filter(isOffered).map(({ id, entry, plugin }) => ({
    id,
    deferred: entry.deferred,
    team: entry.team,
    async spec(freeform: boolean) {
      if (isReplaced(id)) return undefined
      const built = ownValue(plugin.toolSpecs, id)
      if (built) return (freeform ? built.freeform : undefined) ?? built.function
      const tool = await tools
        .get(id)?.()
        .catch(() => undefined)
      return tool && toolSpec(tool, { freeform })
    },
  }))
  const ofTeam = offered.filter(({ team }) => team)
  const offer = createToolOffer(
    offered.filter(({ team }) => !team),
    () =>
      sourceTools().map((tool) => ({
        id: tool.name,
        deferred: false,
        spec: async (freeform) => toolSpec(tool, { freeform }),
      })),
    () => (deps.agentsBelow?.isTeam() ? ofTeam : []),
    {
      named: new Set([
        ...(deps.knownTools?.named ?? []),
        ...asked.flatMap((each) => capabilities.served(each).tool ?? []),
      ]),
      found: deps.knownTools?.found ?? [],
    },
  )
  const named = contributions.map(({ id, entry }) => ({
    id,
    namespace: entry.namespace,
    wireName: entry.wire_name,
  }))
  const pluginOf = new Map(contributions.map((each) => [each.id, each.plugin]))
  const ids = { CODEX_THREAD_ID: threadId, CODEX_SESSION_ID: threadId, CODEX_VERSION: kernel.options.version }
  /** Files of a plugin's kinds that did not load: told once, behind the call that asked for the kind. */
  const broken: Diagnostic[] = []
  const told = new Set<Diagnostic>()
  const untrustedSettings = async (tool: string): Promise<Readonly<Record<string, unknown>>> => {
    const { untrustedPluginSettings } = await import('../config/untrusted-plugin-settings.ts')
    const { codexHome, options, loaded } = kernel
    const places = { root: loaded.workspace.root, cwd: options.cwd, codexHome }
    return untrustedPluginSettings(pluginOf.get(tool)?.name ?? '', places)
  }
  const exec = execDeps(ids, gate, security, kernel, deps.supplies, deps.shellStates)
  const dispatch = {
    tools: {
      get: load,
      keys: () =>
        offer
          .ids()
          .filter((id) => !isReplaced(id))
          .values(),
    },
    exactInput(tool: string) {
      const { function: spec, exact } = ownValue(pluginOf.get(tool)?.toolSpecs, tool) ?? {}
      return exact && spec?.type === 'function' ? spec.parameters : undefined
    },
    gate,
    hooks: deps.hooks,
    ledger: deps.ledger,
    maxOutputBytes: Math.min(maxOutputBytes, deps.contextWindow ?? maxOutputBytes),
    context: {
      cwd: kernel.options.cwd,
      workspaceRoot: kernel.places.workspaceRoot,
      workspaceTrusted: deps.workspaceTrusted ?? kernel.loaded.trust === 'trusted',
      threadId,
      turnId,
      findTools: offer.find,
      redact: security.redact,
      delegate: deps.delegate,
      agentsBelow: deps.agentsBelow,
      ask: deps.ask,
      async definitions(kind: string) {
        const loaded = await deps.store.kind(kind)
        broken.push(...loaded.diagnostics.filter((each) => each.severity === 'error' && !told.has(each)))
        for (const each of loaded.diagnostics) told.add(each)
        return loaded.effective
      },
      settings: (tool: string) => config.plugins?.[pluginOf.get(tool)?.name ?? ''] ?? {},
      ...(kernel.loaded.trust === 'untrusted' && { untrustedSettings }),
      cache(tool: string) {
        const plugin = pluginOf.get(tool)
        return plugin && openToolCache(kernel.toolCache, plugin)
      },
      exec: { ...exec, writer: announcing(exec.writer, deps.writing) },
    },
  } as const
  const meantBy = (call: ToolCallItem) => capabilities.meant({ ...call, name: calledTool(call, named) })
  const ended = (): readonly ToolStreamEvent[] => {
    const events: ToolStreamEvent[] = []
    exec.sessions.showEnded((event) => {
      if (event.type === 'item' && event.key) events.push(deps.ledger.record(event.key, event.item, event.done))
    })
    for (const denial of exec.network.takeDenials()) events.push(deps.ledger.add(denialItem(denial)))
    return events
  }
  return {
    names: new Set(tools.keys()),
    notices: asked.flatMap((each) => capabilities.served(each).notice ?? []),
    close: exec.close,
    ended,
    async problems() {
      const unknown = contributions.filter(({ id, plugin }) => ownValue(plugin.toolSpecs, id) === undefined)
      const loaded = await Promise.allSettled(unknown.map(({ id }) => tools.get(id)?.()))
      return loaded.flatMap((result): Diagnostic[] => {
        if (result.status === 'fulfilled') return []
        const message = result.reason instanceof Error ? result.reason.message : String(result.reason)
        return [{ severity: 'error', code: 'plugin.module', message }]
      })
    },
    specs: offer.specs,
    async isParallel(call: ToolCallItem) {
      const tool = await load(meantBy(call).call.name)?.().catch(() => undefined)
      return tool?.parallel ?? true
    },
    async *dispatch(call, trace, signal) {
      const { call: meant, notice } = meantBy(call)
      if (notice !== undefined) yield deps.ledger.add({ type: 'notice', message: security.redact(notice) })
      const output = yield* dispatchToolCall(meant, { ...dispatch, trace }, signal)
      yield* ended()
      for (const { message, hint } of deps.sources?.news() ?? []) {
        yield deps.ledger.add({ type: 'notice', message: security.redact(hint ? `${message}. ${hint}` : message) })
      }
      const unrecorded = deps.recorder?.takeNotice()
      if (unrecorded !== undefined) yield deps.ledger.add({ type: 'notice', message: security.redact(unrecorded) })
      for (const diagnostic of broken.splice(0)) {
        yield deps.ledger.add({ type: 'error', message: formatDiagnostic(diagnostic) })
      }
      return output
    },
  }
}

/** The same writer, which tells of each write that it begins. */
function announcing(writer: FileWriter, writing: (() => void) | undefined): FileWriter {
  if (writing === undefined) return writer
  return {
    ...writer,
    async write(files, may, signal) {
      signal.throwIfAborted()
      writing()
      await writer.write(files, may, signal)
    },
  }
}

/** False where every call that hands work on would be refused: then no model is told of one. */
function handsOn({ kernel, gate, depth = 0 }: ThreadToolsDeps): boolean {
  const { agents } = kernel.loaded.config
  return agents.enabled && depth < maxDepthOf(agents) && couldAllow(gate.permissions.delegate, '')
}
