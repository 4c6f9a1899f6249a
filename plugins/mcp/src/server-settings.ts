import { isDeepStrictEqual } from 'node:util'
import { CodexError, z } from 'codex-kernel/plugin-api'

const texts = z.record(z.string(), z.string()).default({})
const names = z.array(z.string())

/** What is read of `[mcp_servers.NAME]`; the configuration has checked each field. */
const tableSchema = z.object({
  command: z.string().optional(),
  args: names.default([]),
  env: texts,
  env_vars: names.default([]),
  cwd: z.string().optional(),
  url: z.string().optional(),
  bearer_token_env_var: z.string().optional(),
  http_headers: texts,
  env_http_headers: texts,
  enabled: z.boolean().default(true),
  required: z.boolean().default(false),
  startup_timeout_sec: z.number().optional(),
  startup_timeout_ms: z.number().optional(),
  tool_timeout_sec: z.number().default(60),
  enabled_tools: names.optional(),
  disabled_tools: names.default([]),
  default_tools_approval_mode: z.enum(['auto', 'prompt', 'approve']).default('auto'),
  profile: z.string().optional(),
  writable: names.default([]),
  network: names.default([]),
  capabilities: z
    .record(
      z.string(),
      z.union([z.string(), z.object({ tool: z.string(), arguments: z.record(z.string(), z.string()).optional() })]),
    )
    .default({}),
})

const defaultStartupMs = 10_000

/** A server as the configuration has it. */
export interface ServerSettings
  extends Omit<z.infer<typeof tableSchema>, 'startup_timeout_sec' | 'startup_timeout_ms'> {
  readonly name: string
  /** True where the whole table is the user's own. */
  readonly isUsers: boolean
  readonly startupTimeoutMs: number
  readonly toolTimeoutMs: number
}

/**
 * The servers of the configuration, by name in order. What asks less of the person (`approve`) or lets a program do
 * more (`profile`, `writable`, `network`), or puts a tool in the place of another one (`capabilities`) counts only where the whole table is the user's own: a repository that changes the program of a server does not inherit what was said of it.
 *
 * @throws CodexError `config.invalid` for a table that is no server
 */
export function readServers(
  settings: Readonly<Record<string, unknown>>,
  userSettings: Readonly<Record<string, unknown>>,
): readonly ServerSettings[] {
  return Object.entries(settings)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => {
      const parsed = tableSchema.safeParse(value)
      if (!parsed.success) {
        throw new CodexError('config.invalid', `mcp_servers.${name} is no MCP server: ${z.prettifyError(parsed.error)}`)
      }
      const { startup_timeout_sec: seconds, startup_timeout_ms: milliseconds, ...table } = parsed.data
      const isUsers = isDeepStrictEqual(value, userSettings[name])
      const mode = table.default_tools_approval_mode
      return {
        ...table,
        name,
        isUsers,
        default_tools_approval_mode: mode === 'approve' && !isUsers ? 'auto' : mode,
        startupTimeoutMs: milliseconds ?? (seconds === undefined ? defaultStartupMs : seconds * 1000),
        toolTimeoutMs: table.tool_timeout_sec * 1000,
      }
    })
}
