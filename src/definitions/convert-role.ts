import { isConfigKey } from '../config/schema.ts'
import {
  type AgentDefinition,
  type Diagnostic,
  diagnosticsFromZod,
  type Locate,
  type ParsedDefinition,
  z,
} from '../plugin-api/index.ts'

const nonBlank = z.string().refine((text) => text.trim() !== '', 'must not be blank')

/** Codex' flat role file. Other keys are checked by hand, since they may be any of the configuration's. */
const roleSchema = z.looseObject({
  name: nonBlank,
  description: nonBlank,
  developer_instructions: nonBlank,
  nickname_candidates: z.array(z.string()).optional(),
  model: z.string().optional(),
  model_provider: z.string().optional(),
  model_reasoning_effort: z.string().optional(),
  model_verbosity: z.string().optional(),
  sandbox_mode: z.enum(['read-only', 'workspace-write', 'danger-full-access']).optional(),
  mcp_servers: z.union([z.array(z.string()), z.record(z.string(), z.unknown())]).optional(),
  sandbox_workspace_write: z.looseObject({ network_access: z.boolean().default(false) }).optional(),
})
type Role = z.infer<typeof roleSchema>

/**
 * Takes a Codex role file as an agent (docs/write-an-agent.md has the table). Keys of the configuration that an agent cannot carry are
 * warned of; a key that is none of those is an error.
 */
export function convertRole(
  value: Readonly<Record<string, unknown>>,
  { file, locate }: { file: string; locate: Locate },
): ParsedDefinition<AgentDefinition> {
  const parsed = roleSchema.safeParse(value)
  if (!parsed.success) return { diagnostics: diagnosticsFromZod(parsed.error, { file, code: 'agent.schema', locate }) }

  const id = idOf(parsed.data.name)
  const diagnostics = Object.keys(value)
    .filter((key) => !Object.hasOwn(roleSchema.shape, key))
    .map((key) => otherKey(key, file, locate))
  const { mcp_servers: servers } = parsed.data
  if (servers !== undefined && !Array.isArray(servers)) diagnostics.push(serverTables(file, locate))
  if (id === '') {
    diagnostics.push({
      severity: 'error',
      code: 'agent.schema',
      message: `No id can be made of the name "${parsed.data.name}"`,
      file,
      ...(locate(['name']) ?? {}),
      field: 'name',
      expected: 'a name with a letter from a to z',
    })
  }
  if (diagnostics.some(({ severity }) => severity === 'error')) return { diagnostics }
  return { id, value: agentOf(id, parsed.data), diagnostics }
}

function agentOf(id: string, role: Role): AgentDefinition {
  const model = {
    ...(role.model === undefined ? {} : { name: role.model }),
    ...(role.model_provider === undefined ? {} : { provider: role.model_provider }),
    ...(role.model_reasoning_effort === undefined ? {} : { reasoning_effort: role.model_reasoning_effort }),
    ...(role.model_verbosity === undefined ? {} : { verbosity: role.model_verbosity }),
  }
  const permissions = permissionsOf(role)
  return {
    agent: { id, name: role.name, description: role.description, aliases: [], ...serversOf(role) },
    prompt: { system: role.developer_instructions },
    ...(Object.keys(model).length === 0 ? {} : { model }),
    ...(permissions === undefined ? {} : { permissions }),
  }
}

/** The servers that start with the role, by name: their tables stand in config.toml. */
function serversOf({ mcp_servers: servers }: Role): { mcp_servers?: string[] } {
  if (servers === undefined) return {}
  return { mcp_servers: Array.isArray(servers) ? servers : Object.keys(servers) }
}

/** What the sandbox modes let a role do, as our table says it. In Codex each of them runs commands, inside the sandbox. */
function permissionsOf(role: Role): AgentDefinition['permissions'] {
  if (role.sandbox_mode === undefined) return undefined
  const inWorkspace = role.sandbox_mode === 'workspace-write' && role.sandbox_workspace_write?.network_access === true
  return {
    file_access: role.sandbox_mode === 'read-only' ? 'read-only' : 'read-write',
    shell_execution: true,
    network_access: role.sandbox_mode === 'danger-full-access' || inWorkspace,
    can_delegate: true,
  }
}

/** `Code Reviewer` is called as `code-reviewer`. */
function idOf(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
}

function otherKey(key: string, file: string, locate: Locate): Diagnostic {
  const isConfiguration = isConfigKey(key)
  return {
    severity: isConfiguration ? 'warning' : 'error',
    code: 'agent.schema',
    message: isConfiguration ? `"${key}" has no effect in an agent file` : `Unknown field "${key}"`,
    file,
    ...(locate([key]) ?? {}),
    field: key,
    ...(isConfiguration ? { hint: 'Set it in config.toml.' } : {}),
  }
}

/** The names in it count; what stands below them would be a second place for the same server. */
function serverTables(file: string, locate: Locate): Diagnostic {
  return {
    severity: 'warning',
    code: 'agent.schema',
    message:
      'The names in "mcp_servers" say which servers start with the role; their tables have no effect in an agent file',
    file,
    ...(locate(['mcp_servers']) ?? {}),
    field: 'mcp_servers',
    hint: 'Set the tables in config.toml.',
  }
}
