import { lazily } from '../kernel/lazily.ts'
import type { ModuleContribution } from '../kernel/registry.ts'
import type {
  AgentDefinition,
  AskPerson,
  Definition,
  OpenToolSource,
  SourceCapability,
  SourceProblem,
  SourcePrompt,
  SourceTool,
} from '../plugin-api/index.ts'
import type { Gate } from '../security/gate.ts'
import { couldAllow } from '../security/permissions/could-allow.ts'
import { sourcePrefix } from '../security/permissions/source-prefix.ts'
import type { ExecDeps } from '../tools/context/exec.ts'
import { type JsonTool, jsonTool, type NamedTool, nameSourceTools } from '../tools/index.ts'
import { defaultAgentId } from './activate-agent.ts'
import { userConfig } from './config-of-layers.ts'
import type { Kernel } from './load-kernel.ts'
import type { ThreadSecurity } from './open-thread-security.ts'
import { createToolSourceContext } from './tool-source-context.ts'
import { toolSourceTable } from './tool-source-table.ts'

type Contribution = ModuleContribution<'toolSources'>

export interface ToolSourcesDeps {
  readonly kernel: Kernel
  readonly security: ThreadSecurity
  readonly gate: Gate
  readonly exec: ExecDeps
  readonly threadId: string
  readonly agent: Definition<AgentDefinition> | undefined
  readonly ask?: AskPerson | undefined
  /** Opens for this name alone: its source, and of the source's table what the name begins with. Absent: all. */
  readonly onlyFor?: string
}

/** A prompt and the name that a person types. */
export interface NamedPrompt {
  readonly name: string
  readonly prompt: SourcePrompt
}

/** What the configuration names a tool for, and its id where it is there. */
export interface NamedCapability extends SourceCapability {
  readonly id?: string | undefined
}

/** The tools that sources bring to one thread. */
export interface ToolSources {
  /** As they are now. */
  tools(): readonly JsonTool[]
  /** What the configuration names them for, in its order. */
  capabilities(): readonly NamedCapability[]
  /** Under the names that a person types. */
  prompts(signal: AbortSignal): Promise<readonly NamedPrompt[]>
  /** What is to be told before the turn. */
  readonly problems: readonly SourceProblem[]
  /** For the model: how the tools are to be used, in the words of who brings them. */
  readonly instructions: readonly { readonly group: string; readonly text: string }[]
  /** What has happened since it was last asked. */
  news(): readonly SourceProblem[]
  /** Ends all that was opened. */
  close(): Promise<void>
}

/**
 * Opens the sources whose table the configuration has and whose tools the permissions leave a use of, all at once.
 *
 * @throws CodexError what a source throws that the thread must not start without, `plugin.module`; the abort reason
 */
export async function openToolSources(deps: ToolSourcesDeps, signal: AbortSignal): Promise<ToolSources> {
  const { kernel, gate } = deps
  const used = kernel.registry
    .modules('toolSources')
    .filter(({ id }) => deps.onlyFor?.startsWith(`${id}__`) ?? true)
    .filter((each) => toolSourceTable(each, kernel.loaded.config) && couldAllow(gate.permissions.tools, `${each.id}__`))
  const opening = await Promise.allSettled(used.map((each) => openSource(each, deps, signal)))
  const opened = opening.flatMap((each) => (each.status === 'fulfilled' ? each.value : []))
  const failed = opening.find((each) => each.status === 'rejected')
  if (failed) {
    await Promise.all(opened.map(({ close }) => close()))
    throw failed.reason
  }
  const taken = new Set(kernel.registry.modules('tools').map(({ id }) => id))
  /** By source: the list that was read last, and what it was made into. */
  const known = new Map<
    string,
    { readonly list: unknown; readonly tools: readonly JsonTool[]; readonly named: readonly NamedTool<SourceTool>[] }
  >()
  const toldDuplicates = new Set<string>()
  const duplicates: SourceProblem[] = []
  const toolsOf = ({ id, source }: Opened): readonly JsonTool[] => {
    const list = source.tools()
    const before = known.get(id)
    if (before?.list === list) return before.tools
    const named = nameSourceTools(id, list, taken)
    for (const { group, name } of named.duplicates) {
      const what = [group, name].filter(Boolean).join(' ')
      if (toldDuplicates.has(what)) continue
      toldDuplicates.add(what)
      duplicates.push({ message: `${what} is there twice; the first one counts` })
    }
    const tools = named.named.map(({ name, tool }) => jsonTool(id, name, tool))
    known.set(id, { list, tools, named: named.named })
    return tools
  }
  return {
    tools: () => opened.flatMap(toolsOf),
    capabilities: () =>
      opened.flatMap((each) => {
        const { capabilities = [] } = each.source
        if (capabilities.length > 0) toolsOf(each)
        const named = known.get(each.id)?.named ?? []
        return capabilities.map((capability) => ({
          ...capability,
          id: named.find(({ tool }) => tool.name === capability.tool && tool.group === capability.group)?.name,
        }))
      }),
    async prompts(abort) {
      const lists = await Promise.all(
        opened.map(async ({ id, source }) => {
          const { named } = nameSourceTools(id, (await source.prompts?.(abort)) ?? [], new Set())
          return named.map(({ name, tool }) => ({ name, prompt: tool }))
        }),
      )
      return lists.flat()
    },
    problems: opened.flatMap(({ source }) => source.problems),
    instructions: opened.flatMap(({ source }) => source.instructions ?? []),
    news: () => [...duplicates.splice(0), ...opened.flatMap(({ source }) => source.news?.() ?? [])],
    async close() {
      await Promise.all(opened.map(({ close }) => close()))
    },
  }
}

interface Opened {
  readonly id: string
  readonly source: OpenToolSource
  close(): Promise<void>
}

async function openSource(contribution: Contribution, deps: ToolSourcesDeps, signal: AbortSignal): Promise<Opened> {
  const { kernel, security, agent } = deps
  const { config, layers } = kernel.loaded
  const { id } = contribution
  const isDefault = agent === undefined || agent.id === defaultAgentId
  const { sandbox, protection } = security.profile.settings
  const { env, supplies } = deps.exec
  const { context, end } = createToolSourceContext({
    source: id,
    settings: onlyFor(deps.onlyFor, id, toolSourceTable(contribution, config) ?? {}),
    userSettings: toolSourceTable(contribution, userConfig(layers)) ?? {},
    threadId: deps.threadId,
    cwd: kernel.options.cwd,
    workspaceRoot: kernel.places.workspaceRoot,
    ...(!isDefault && { agent: { id: agent.id, mcpServers: agent.value.agent.mcp_servers ?? [] } }),
    isUnguarded: sandbox === 'none' && protection === 'lifted',
    env: kernel.options.env,
    gate: deps.gate,
    exec: { env, places: kernel.places, supplies, backend: async () => (await security.backend()).backend },
    hold: async (request) => {
      const { holdService } = await import('./hold-service.ts')
      return await holdService(request, { threadId: deps.threadId, gate: deps.gate, security, places: kernel.places })
    },
    audit: security.audit,
    send: kernel.send,
    ask: deps.ask,
    redact: (text) => security.redact(text),
    version: kernel.options.version,
  })
  try {
    const module = await kernel.activator.module(contribution)
    const source = await module.open(context, signal)
    return {
      id,
      source,
      close: lazily(async () => {
        try {
          await source.close()
        } finally {
          await end()
        }
      }),
    }
  } catch (error) {
    await end()
    throw error
  }
}

/** The entries of a table whose tools and prompts begin as the name does; all where none does. */
function onlyFor(name: string | undefined, source: string, table: Readonly<Record<string, unknown>>) {
  if (name === undefined) return table
  const entries = Object.entries(table).filter(([group]) => name.startsWith(sourcePrefix(source, group)))
  return entries.length === 0 ? table : Object.fromEntries(entries)
}
