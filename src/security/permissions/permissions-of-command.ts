import { toolsNamed } from '../../kernel/tool-aliases.ts'
import type { CommandMetadata, Definition, Dimension, PermissionLayer, ToolEffect } from '../../plugin-api/index.ts'
import type { Places } from '../places.ts'
import { allAllowed, dimensionOf, noneAllowed } from './dimension-of.ts'
import { impliedTools, type ToolFacts } from './tool-facts.ts'
import { untrustedLayer } from './untrusted-layer.ts'

/**
 * What a command file narrows: nothing without `permissions` and `allowed_tools`. With `permissions`, what is not named is
 * denied; `execute_tools` admits the tools of all plugins and other agents, without it there are the core tools whose effects are all
 * named. A file of an untrusted repository only reads.
 */
export function permissionsOfCommand(
  command: Definition<CommandMetadata>,
  context: { readonly tools: readonly ToolFacts[]; readonly places: Places },
): readonly PermissionLayer[] {
  const { permissions, allowed_tools: allowedTools } = command.value
  const narrows = permissions !== undefined || allowedTools !== undefined
  const own: readonly PermissionLayer[] = narrows
    ? [
        {
          name: `command ${command.id}`,
          file: command.origin.file,
          permissions: permissionsOfNames(command.value, context.tools),
        },
      ]
    : []
  return command.origin.trusted ? own : [...own, untrustedLayer(command.origin, context.tools)]
}

function permissionsOfNames(command: CommandMetadata, tools: readonly ToolFacts[]): PermissionLayer['permissions'] {
  const names = command.permissions
  const given = (name: NonNullable<typeof names>[number]): Dimension =>
    names === undefined || names.includes(name) ? allAllowed : noneAllowed
  return {
    read: given('read_files'),
    write: given('write_files'),
    exec: given('execute_shell'),
    network: given('network_access'),
    tools: toolsOf(command, tools),
    delegate: given('execute_tools'),
    limits: {},
  }
}

function toolsOf(command: CommandMetadata, tools: readonly ToolFacts[]): Dimension {
  if (command.allowed_tools !== undefined) return dimensionOf({ allow: command.allowed_tools.flatMap(toolsNamed) })
  if (command.permissions === undefined || command.permissions.includes('execute_tools')) return allAllowed
  const effects = {
    read_files: 'read',
    write_files: 'write',
    execute_shell: 'exec',
    network_access: 'network',
  } as const
  const granted = new Set<ToolEffect>()
  for (const [name, effect] of Object.entries(effects)) {
    if (command.permissions.some((permission) => permission === name)) granted.add(effect)
  }
  return dimensionOf({ allow: impliedTools(tools, granted) })
}
