import { toolsNamed } from '../../kernel/tool-aliases.ts'
import type {
  AgentDefinition,
  Definition,
  Dimension,
  PermissionLayer,
  Permissions,
  ToolEffect,
} from '../../plugin-api/index.ts'
import type { Places } from '../places.ts'
import { allAllowed, dimensionOf, noneAllowed, pathDimension } from './dimension-of.ts'
import { expandPattern } from './expand-pattern.ts'
import { sourcePrefix } from './source-prefix.ts'
import { impliedTools, type ToolFacts, toolNamed } from './tool-facts.ts'
import { untrustedLayer } from './untrusted-layer.ts'

type AgentTable = NonNullable<AgentDefinition['permissions']>

/**
 * What an agent file narrows: nothing without a `[permissions]` table; with one, what it does not name is denied
 * (docs/security.md has the mapping). A file of an untrusted repository only reads.
 */
export function permissionsOfAgent(
  agent: Definition<AgentDefinition>,
  context: { readonly tools: readonly ToolFacts[]; readonly places: Places },
): readonly PermissionLayer[] {
  const table = agent.value.permissions
  const own: readonly PermissionLayer[] =
    table === undefined
      ? []
      : [
          {
            name: `agent ${agent.id}`,
            file: agent.origin.file,
            permissions: permissionsOfTable(table, agent.value.agent.mcp_servers ?? [], context),
          },
        ]
  return agent.origin.trusted ? own : [...own, untrustedLayer(agent.origin, context.tools)]
}

function permissionsOfTable(
  given: AgentTable,
  mcpServers: readonly string[],
  { tools, places }: { readonly tools: readonly ToolFacts[]; readonly places: Places },
): Permissions {
  const table = withoutAliases(given)
  const exec = execOf(table, tools)
  return {
    read: table.file_access === 'none' ? noneAllowed : pathsOf(table, 'read', places),
    write: table.file_access === 'read-write' ? pathsOf(table, 'write', places) : noneAllowed,
    exec,
    network: hostsOf(table.network_access),
    tools: toolsOf(table, exec, mcpServers, tools),
    delegate: idsOf(table.can_delegate),
    limits: table.max_iterations === undefined ? {} : { max_iterations: table.max_iterations },
  }
}

function withoutAliases(table: AgentTable): AgentTable {
  if (table.allowed_tools === undefined) return table
  const named = Object.entries(table.allowed_tools).flatMap(([name, value]) =>
    toolsNamed(name).map((tool) => [tool, value] as const),
  )
  return { ...table, allowed_tools: Object.fromEntries(named) }
}

function pathsOf(table: AgentTable, access: 'read' | 'write', places: Places): Dimension {
  const patterns = table.file_patterns
  const allow = access === 'read' ? patterns?.allow_read : patterns?.allow_write
  const deny = (access === 'read' ? patterns?.deny_read : patterns?.deny_write) ?? []
  return pathDimension({
    allow: allow === undefined ? ['/**'] : allow.flatMap((pattern) => expandPattern(pattern, 'allow', places)),
    deny: deny.flatMap((pattern) => expandPattern(pattern, 'deny', places)),
  })
}

/** Programs under `allowed_tools` and `allowed_commands` together are the commands; with neither, `shell_execution` is any. */
function execOf(table: AgentTable, tools: readonly ToolFacts[]): Dimension {
  const programs = Object.entries(table.allowed_tools ?? {}).flatMap(([name, value]) => commandsOf(name, value, tools))
  const commands = table.shell_execution ? table.allowed_commands : undefined
  if (programs.length > 0 || commands !== undefined) return dimensionOf({ allow: [...programs, ...(commands ?? [])] })
  return table.shell_execution ? allAllowed : noneAllowed
}

function commandsOf(
  name: string,
  value: boolean | { commands: string[] },
  tools: readonly ToolFacts[],
): readonly string[] {
  if (value === false) return []
  const tool = toolNamed(name, tools)
  if (tool === undefined) {
    if (name.includes('*')) return []
    return value === true ? [name] : value.commands.map((words) => `${name} ${words}`)
  }
  // `shell = { commands = [...] }`: the commands that this tool may run.
  return value !== true && tool.effects.includes('exec') ? value.commands : []
}

function toolsOf(
  table: AgentTable,
  exec: Dimension,
  mcpServers: readonly string[],
  tools: readonly ToolFacts[],
): Dimension {
  const runsCommands = exec !== noneAllowed
  const ofServers = toolsOfServers(mcpServers, table.allowed_tools ?? {})
  if (table.allowed_tools === undefined)
    return dimensionOf({ allow: [...impliedTools(tools, effectsOf(table, runsCommands)), ...ofServers] })
  const isTool = (name: string) => name.includes('*') || toolNamed(name, tools) !== undefined
  const entries = Object.entries(table.allowed_tools)
  const named = entries.filter(([name, value]) => isTool(name) && value !== false).map(([name]) => name)
  const hasPrograms = entries.some(([name, value]) => !isTool(name) && value !== false)
  const shells = hasPrograms ? impliedTools(tools, new Set(['exec'])).filter((id) => runs(id, tools)) : []
  return dimensionOf({
    allow: [...named, ...shells, ...ofServers],
    deny: entries.filter(([name, value]) => isTool(name) && value === false).map(([name]) => name),
  })
}

/** A server that an agent lists brings all its tools, unless the agent names those of it that it may use. */
function toolsOfServers(
  servers: readonly string[],
  named: NonNullable<AgentTable['allowed_tools']>,
): readonly string[] {
  return servers
    .map((server) => sourcePrefix('mcp', server))
    .filter((prefix) => !Object.entries(named).some(([name, value]) => value !== false && name.startsWith(prefix)))
    .map((prefix) => `${prefix}*`)
}

function runs(id: string, tools: readonly ToolFacts[]): boolean {
  return tools.some((tool) => tool.id === id && tool.effects.includes('exec'))
}

function effectsOf(table: AgentTable, runsCommands: boolean): ReadonlySet<ToolEffect> {
  const granted = new Set<ToolEffect>()
  if (table.file_access !== 'none') granted.add('read')
  if (table.file_access === 'read-write') granted.add('write')
  if (runsCommands) granted.add('exec')
  if (isNamed(table.network_access)) granted.add('network')
  if (isNamed(table.can_delegate)) granted.add('delegate')
  return granted
}

function isNamed(value: boolean | readonly string[]): boolean {
  return typeof value === 'boolean' ? value : value.length > 0
}

function hostsOf(value: boolean | readonly string[]): Dimension {
  if (typeof value === 'boolean') return value ? allAllowed : noneAllowed
  return dimensionOf({ allow: value.map((host) => `* ${host}`) })
}

function idsOf(value: boolean | readonly string[]): Dimension {
  if (typeof value === 'boolean') return value ? allAllowed : noneAllowed
  return dimensionOf({ allow: value })
}
