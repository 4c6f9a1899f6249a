import type { AgentDefinition, CommandMetadata, FoundTools, ToolSpec } from '../plugin-api/index.ts'
import { searchToolId, searchTools } from '../tools/index.ts'

/** Names that its description tells; more would cost every request. */
const maxToldNames = 40
/** Specs of sources that a request carries before any is found: about 5,000 tokens. */
const maxSourceBytes = 20_000

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
  /** Ids of those that a request names now, and of those that `tool_search` can give. */
  ids(): readonly string[]
  /** Offers at most so many of those that wait. */
  find(query: string, limit: number): Promise<FoundTools>
}

/**
 * @param tools all that the thread may use. Where `tool_search` is not among them, none waits
 * @param teamTools what agents talk to each other with, as long as there are others
 * @param sourceTools the same of sources, as they are now. All wait where their specs are more than a request should carry
 */
export function createToolOffer(
  tools: readonly OfferedTool[],
  sourceTools: () => readonly OfferedTool[],
  teamTools: () => readonly OfferedTool[],
  names: ToolNames,
): ToolOffer {
  const hasSearch = tools.some(({ id }) => id === searchToolId)
  const isWaiting = ({ id, deferred }: OfferedTool) => hasSearch && deferred && !names.named.has(id)
  const offered = tools.filter((tool) => !isWaiting(tool) && tool.id !== searchToolId)
  const search = tools.filter(({ id }) => id === searchToolId)
  const deferred = tools.filter(isWaiting)
  /** What stands behind those that are offered from the beginning, in the order in which it came: found, or of a source. */
  const behind = new Set<string>(names.found)
  /** Bytes of the specs of a source's tools that were not found. */
  let shownBytes = 0
  let isSearchShown = false
  /** What `tool_search` says that there is: the same in all requests, for the provider's cache. */
  let told: readonly string[] | undefined

  /** Shows the tools of sources that are named, and all others as long as they are few. */
  const showNew = async (fromSources: readonly OfferedTool[]): Promise<void> => {
    const fresh = fromSources.filter(({ id }) => !behind.has(id))
    for (const { id } of fresh) if (names.named.has(id) || !hasSearch) behind.add(id)
    const unnamed = fresh.filter((tool) => !behind.has(tool.id) && !tool.deferred)
    const sizeBytes = Buffer.byteLength(JSON.stringify(await specsOf(unnamed, false)))
    if (shownBytes + sizeBytes > maxSourceBytes) return
    shownBytes += sizeBytes
    for (const { id } of unnamed) behind.add(id)
  }

  return {
    async specs(freeform) {
      const fromSources = sourceTools()
      if (fromSources.length > 0) await showNew(fromSources)
      const byId = new Map([...deferred, ...fromSources].map((tool) => [tool.id, tool]))
      const waiting = [...deferred, ...fromSources.filter(({ id }) => !behind.has(id))]
      if (waiting.length > 0) isSearchShown = true
      const shown = [
        ...offered,
        ...(isSearchShown ? search : []),
        ...[...behind].flatMap((id) => byId.get(id) ?? []),
        ...teamTools(),
      ]
      const specs = await specsOf(shown, freeform)
      told ??= waiting.map(({ id }) => id)
      const names = told
      return specs.map((spec) => (spec.name === searchToolId ? telling(spec, names) : spec))
    },
    ids() {
      const all = [...offered, ...deferred, ...sourceTools(), ...teamTools(), ...(isSearchShown ? search : [])]
      return all.map(({ id }) => id)
    },
    async find(query, limit) {
      const all = [...deferred, ...sourceTools()].filter(({ id }) => !names.named.has(id))
      const specs = await Promise.all(all.map(async ({ id, spec }) => ({ id, spec: await spec(true) })))
      const idOf = new Map(specs.flatMap(({ id, spec }) => (spec ? [[spec, id] as const] : [])))
      const hits = searchTools([...idOf.keys()], query, limit)
      for (const hit of hits) behind.add(idOf.get(hit) ?? hit.name)
      const tools = hits.map((hit) => ({ name: idOf.get(hit) ?? hit.name, description: describedInGroup(hit) }))
      return { tools, waiting: all.map(({ id }) => id) }
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

async function specsOf(tools: readonly OfferedTool[], freeform: boolean): Promise<readonly ToolSpec[]> {
  return (await Promise.all(tools.map((tool) => tool.spec(freeform)))).filter((spec) => spec !== undefined)
}

/** A tool of a group is found by its id and called by another name. */
function describedInGroup(spec: ToolSpec): string {
  const group = spec.type === 'function' ? spec.namespace?.name : undefined
  return group === undefined ? spec.description : `(${group}.${spec.name}) ${spec.description}`
}

/** A model looks for what it knows to be there. The names stay the same when some are found, for the provider's cache. */
function telling(spec: ToolSpec, names: readonly string[]): ToolSpec {
  const told = names.slice(0, maxToldNames)
  const more = names.length > told.length ? ` and ${names.length - told.length} more` : ''
  return { ...spec, description: `${spec.description} There are: ${told.join(', ')}${more}.` }
}
