import { z } from 'zod'
import { hostRule, pathRule } from '../../plugin-api/rule-text.ts'

/** Commands, agents, plugins and tools. */
export const agentFields = {
  commands: () =>
    z
      .strictObject({
        user_commands_dir: z
          .string()
          .min(1)
          .optional()
          .describe('Directory of your commands. Absent: $CODEX_HOME/commands.'),
        auto_reload: z
          .boolean()
          .optional()
          .describe('Long-running interfaces follow changes of files. `codex dev` always does.'),
        default_mode: z
          .enum(['sandbox', 'render'])
          .optional()
          .describe('sandbox: run under the profile; render: show the prompt and ask.'),
        vars: z.record(z.string(), z.string()).optional().describe('Values of {{vars.NAME}} in commands.'),
      })
      .describe('Markdown commands.'),
  agents: () =>
    z
      .looseObject({
        enabled: z.boolean().optional().describe('false: no agent is listed, routed to or run.'),
        user_agents_dir: z.string().min(1).optional().describe('Directory of your agents. Absent: $CODEX_HOME/agents.'),
        activation_threshold: z
          .number()
          .min(0)
          .max(1)
          .optional()
          .describe('Least score to activate an agent by itself.'),
        enable_orchestration: z.boolean().optional().describe('false: no agent hands work to another.'),
        max_parallel_agents: z.int().positive().optional().describe('Agents that run at the same time.'),
        max_threads: z
          .int()
          .positive()
          .optional()
          .describe(
            'Agents that may be open at the same time beside the calls that begin them; one that is done counts until it is closed. Absent: 6.',
          ),
        max_depth: z.int().positive().optional().describe('How deep agents may hand work on. Absent: 3.'),
        job_max_runtime_seconds: z
          .int()
          .positive()
          .optional()
          .describe('Seconds that one turn of an agent may take that another one began. Absent: no bound.'),
        max_run_requests: z
          .int()
          .positive()
          .optional()
          .describe('Model requests that all agents of a run may make together. Absent: 2000.'),
        max_run_seconds: z
          .int()
          .positive()
          .optional()
          .describe('Seconds that a run with several agents may take. Absent: no bound.'),
        max_messages: z
          .int()
          .positive()
          .optional()
          .describe(
            'Messages that the agents of a run may say to each other, one for each that reads it. Absent: 1000.',
          ),
        max_messages_per_pair: z
          .int()
          .positive()
          .optional()
          .describe('Messages that one agent may say to the same other one. Absent: 200.'),
        suggestions: z
          .strictObject({
            auto_suggest: z.boolean().optional().describe('Name agents that score below the threshold.'),
            suggestion_count: z.int().min(0).max(20).optional().describe('How many.'),
          })
          .optional()
          .describe('Suggestions of agents.'),
      })
      .describe('Agents. Every other table is a role.'),
  plugins: () =>
    z
      .record(
        z.string(),
        z.looseObject({
          enabled: z.boolean().optional().describe('false: the plugin contributes nothing. Absent: true.'),
          install: z
            .string()
            .optional()
            .describe(
              'Where the plugin is to be had. One that is not installed is told; codex plugins install shows it and asks.',
            ),
        }),
      )
      .describe('Settings of plugins by package name; a plugin sees its own table.'),
  tools: () =>
    z
      .strictObject({
        update_plan: z
          .strictObject({ enabled: z.boolean().optional().describe('The plan tool. Absent: on.') })
          .optional()
          .describe('The plan tool.'),
        web_search: z
          .union([z.boolean(), z.record(z.string(), z.unknown())], { error: 'expected true, false or a table' })
          .optional()
          .describe('true: as web_search = "live".'),
      })
      .describe('Tools.'),
  features: () =>
    z
      .record(
        z.string(),
        z.union([z.boolean(), z.record(z.string(), z.unknown())], { error: 'expected true, false or a table' }),
      )
      .describe('Features by name, on or off.'),
  mcp_servers: () => z.record(z.string(), mcpServer()).describe('MCP servers by name.'),
}

/** A role of `[agents]`: a table there that is no setting. */
export function agentRole() {
  return z.strictObject({
    description: z.string().optional().describe('What the role is good at.'),
    config_file: z.string().min(1).optional().describe('TOML file with the settings of the role.'),
    nickname_candidates: z.array(z.string()).optional().describe('Names for its threads.'),
  })
}

function mcpServer() {
  const names = z.array(z.string())
  const strings = z.record(z.string(), z.string())
  return z.strictObject({
    command: z.string().min(1).optional().describe('Program of a server on standard input and output.'),
    args: names.optional().describe('Its arguments.'),
    env: strings.optional().describe('Variables to set for it.'),
    env_vars: names.optional().describe('Variables to hand on to it.'),
    cwd: z.string().min(1).optional().describe('Its working directory. Absent: the workspace.'),
    url: z
      .string()
      .min(1, { abort: true })
      .refine((url) => /^https?:$/.test(URL.parse(url)?.protocol ?? ''), 'expected an http or https URL')
      .optional()
      .describe('URL of a server over HTTP: http or https.'),
    bearer_token_env_var: z.string().min(1).optional().describe('Environment variable with the bearer token.'),
    http_headers: strings.optional().describe('Headers of every request.'),
    env_http_headers: strings.optional().describe('Headers whose values are in environment variables.'),
    enabled: z.boolean().optional().describe('Absent: true.'),
    required: z.boolean().optional().describe('true: no thread starts without it. Absent: false.'),
    startup_timeout_sec: z.number().positive().optional().describe('Seconds until it must answer.'),
    startup_timeout_ms: z.int().positive().optional().describe('The same in milliseconds.'),
    tool_timeout_sec: z.number().positive().optional().describe('Seconds that one call may take.'),
    enabled_tools: names.optional().describe('Tools to offer. Absent: all.'),
    disabled_tools: names.optional().describe('Tools not to offer.'),
    capabilities: z
      .record(
        z.string().regex(/^[a-z][a-z0-9_]*$/),
        z.union([
          z.string().min(1),
          z.strictObject({
            tool: z.string().min(1).describe('The tool of the server.'),
            arguments: strings
              .optional()
              .describe('What it calls the arguments of the built-in tool; others are not sent. Absent: the same.'),
          }),
        ]),
      )
      .optional()
      .describe(
        'Its tools that take the place of built-in ones, by what they are for: code_search = "find". Counts in your own configuration alone.',
      ),
    default_tools_approval_mode: z
      .enum(['auto', 'prompt', 'approve'])
      .optional()
      .describe(
        'auto: a call is asked for unless the server says that its tool only reads; prompt: each is; approve: none is. Absent: auto.',
      ),
    profile: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Security profile that its program runs under; trusted: no sandbox. Absent: the permissions of the thread. In a repository it only narrows.',
      ),
    writable: z
      .array(z.string().superRefine(pathRule))
      .optional()
      .describe(
        'Paths that its program may write besides, as in a profile: "~/notes", ":caches". Counts in your own configuration alone.',
      ),
    network: z
      .array(z.string().superRefine(hostRule))
      .optional()
      .describe(
        'Hosts that its program may reach besides, as in a profile; "*" is all. Counts in your own configuration alone.',
      ),
    scopes: names.optional().describe('OAuth scopes to ask for.'),
  })
}
