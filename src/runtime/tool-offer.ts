import type { AgentDefinition, CommandMetadata, FoundTools, HistoryItem, ToolSpec } from '../plugin-api/index.ts'
import { searchTools } from '../tools/index.ts'

/** The core tool that finds those that wait. */
const searchToolId = 'tool_search'
/** Names that its description tells; more would cost every request. */
const maxToldNames = 40

/** A tool that a thread may use. */
export interface OfferedTool {
  readonly id: string
  /** True: it waits until it is named or found. */
  readonly deferred: boolean
  /** Undefined where its module does not load. */
  spec(freeform: boolean): Promise<ToolSpec | undefined>
}

/** Tools that do not wait, by id. */
export interface ToolNames {
  /** That the agent or the command of the thread names exactly. */
  readonly named: ReadonlySet<string>
  /** That the thread found before, in order. */
  readonly found: readonly string[]
}

/** What the requests of a thread name of the tools that it may use. */
export interface ToolOffer {
  /** Those that are offered from the beginning, then those that were found, in that order: what a provider has cached of the front holds. */
  specs(freeform: boolean): Promise<readonly ToolSpec[]>
  /** Offers at most so many of those that wait. */
  find(query: string, limit: number): Promise<FoundTools>
}

/** @param tools all that the thread may use. Where `tool_search` is not among them, none waits */
export function createToolOffer(tools: readonly OfferedTool[], names: ToolNames): ToolOffer {
  const hasSearch = tools.some(({ id }) => id === searchToolId)
  const isWaiting = ({ id, deferred }: OfferedTool) => hasSearch && deferred && !names.named.has(id)
  const waiting = tools.filter(isWaiting)
  const waitingById = new Map(waiting.map((tool) => [tool.id, tool]))
  const offered = tools.filter((tool) => !isWaiting(tool) && (tool.id !== searchToolId || waiting.length > 0))
  const found = new Set(names.found.filter((id) => waitingById.has(id)))
  const waitingNames = waiting.map(({ id }) => id)

  return {
    async specs(freeform) {
      const shown = [...offered, ...[...found].flatMap((id) => waitingById.get(id) ?? [])]
      const specs = await specsOf(shown, freeform)
      return specs.map((spec) => (spec.name === searchToolId ? telling(spec, waitingNames) : spec))
    },
    async find(query, limit) {
      const hits = searchTools(await specsOf(waiting, true), query, limit)
      for (const { name } of hits) found.add(name)
      return { tools: hits.map(({ name, description }) => ({ name, description })), waiting: waitingNames }
    },
  }
}

/** The tools that an agent file and a command file name, without those that a pattern stands for. */
export function toolsNamedBy(
  agent: AgentDefinition | undefined,
  command: CommandMetadata | undefined,
): ReadonlySet<string> {
  const ofAgent = Object.entries(agent?.permissions?.allowed_tools ?? {})
  return new Set([
    ...ofAgent.flatMap(([name, value]) => (value === false ? [] : name)),
    ...(command?.allowed_tools ?? []),
  ])
}

/** The tools that `tool_search` found in a history, in order. */
export function toolsFoundIn(history: readonly HistoryItem[]): readonly string[] {
  const searches = new Set(
    history.flatMap((item) => (item.type === 'function_call' && item.name === searchToolId ? item.call_id : [])),
  )
  return history.flatMap((item) => {
    if (item.type !== 'function_call_output' || !searches.has(item.call_id)) return []
    const { structured } = item
    const names = typeof structured === 'object' && structured && 'found' in structured ? structured.found : []
    return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : []
  })
}

async function specsOf(tools: readonly OfferedTool[], freeform: boolean): Promise<readonly ToolSpec[]> {
  return (await Promise.all(tools.map((tool) => tool.spec(freeform)))).filter((spec) => spec !== undefined)
}

/** A model looks for what it knows to be there. The names stay the same when some are found, for the provider's cache. */
function telling(spec: ToolSpec, names: readonly string[]): ToolSpec {
  const told = names.slice(0, maxToldNames)
  const more = names.length > told.length ? ` and ${names.length - told.length} more` : ''
  return { ...spec, description: `${spec.description} There are: ${told.join(', ')}${more}.` }
}
