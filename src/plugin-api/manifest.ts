import { z } from 'zod'
import { hookEvents } from './hook.ts'

/** The version of the plugin interface that this program speaks. A plugin with a higher one is disabled with a diagnostic. */
export const apiVersion = 1

const modulePath = z
  .string()
  .regex(/^\.\/[^\\]*\.(?:js|mjs)$/, 'a path from the package root, starting with ./ and ending in .js or .mjs')
  .refine((path) => !path.split('/').includes('..'), 'a path inside the package')
  .describe('Module, imported the first time that it is needed.')
const fileGlob = z
  .string()
  .regex(/^\.\/[^\\]+$/, 'a glob from the package root, starting with ./')
  .refine((path) => !path.split('/').includes('..'), 'a glob inside the package')
const id = z
  .string()
  .regex(/^[a-z][a-z0-9_-]*$/, 'lower-case letters, digits, - and _, starting with a letter')
  .describe('What it is called by; the module says the same.')

const toolName = z.string().regex(/^[a-z][a-z0-9_]*$/, 'lower-case letters, digits and _, starting with a letter')

const module = { id, module: modulePath }

function isPattern(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp
  } catch {
    return false
  }
}

/** What a plugin contributes, by extension point. */
export const contributionsSchema = z.strictObject({
  tools: z
    .array(
      z.strictObject({
        ...module,
        effects: z
          .array(z.enum(['read', 'write', 'exec', 'network', 'delegate']))
          .default([])
          .describe('What it may do; must equal what the module says.'),
        deferred: z
          .boolean()
          .default(false)
          .describe('True: a model is shown it once `tool_search` found it, or where an agent or command names it.'),
        team: z
          .boolean()
          .optional()
          .describe('True: a model is shown it while other agents of its run are there to talk to. Absent: false.'),
        namespace: toolName.optional().describe('Group that a model sees it in; must equal what the module says.'),
        wire_name: toolName
          .optional()
          .describe('What a model calls it by, where that is not the id; must equal what the module says.'),
        capability: toolName
          .optional()
          .describe(
            'What it is for, where steps and agents ask for that and an MCP tool may take its place. Absent: its id.',
          ),
      }),
    )
    .default([])
    .describe('What a model or a playbook can call.'),
  toolSources: z
    .array(
      z.strictObject({
        ...module,
        config: z
          .enum(['mcp_servers'])
          .optional()
          .describe('Table of the configuration that it reads. Absent: `[plugins.NAME]` of its plugin.'),
      }),
    )
    .default([])
    .describe('What opens tools when a thread starts, where its table of the configuration is there.'),
  providers: z
    .array(
      z.strictObject({
        ...module,
        settings: z
          .strictObject({
            name: z.string().min(1).optional().describe('For people. Absent: the id.'),
            env_key: z
              .string()
              .min(1)
              .optional()
              .describe('Variable with its key. Absent: it needs none, or finds it.'),
            env_key_instructions: z.string().min(1).optional().describe('How to get a key.'),
          })
          .optional()
          .describe('What `[model_providers.ID]` says where the user does not.'),
        credential_files: z
          .array(
            z.strictObject({
              path: z
                .string()
                .regex(/^~\/(?!.*\.\.)/, 'a path that starts with ~/')
                .describe('Below the home directory.'),
              env: z.string().min(1).optional().describe('Variable that names another file in its place.'),
            }),
          )
          .optional()
          .describe('Files with credentials that it reads. Absent: none.'),
      }),
    )
    .default([])
    .describe('What answers a turn: language models and others.'),
  sandboxes: z
    .array(
      z.strictObject({
        ...module,
        platforms: z.array(z.string()).default([]).describe('Values of process.platform. Empty: all.'),
      }),
    )
    .default([])
    .describe('What holds a command to its permissions.'),
  hooks: z
    .array(
      z.strictObject({
        event: z.enum(hookEvents).describe('When it runs.'),
        module: modulePath,
        matcher: z
          .string()
          .refine(isPattern, 'a regular expression')
          .optional()
          .describe('Regular expression over the tool name. Absent: all.'),
        timeout_ms: z.int().positive().max(600_000).default(10_000).describe('Milliseconds until it counts as failed.'),
      }),
    )
    .default([])
    .describe('What is asked or told at certain moments of a turn.'),
  handlers: z.array(z.strictObject(module)).default([]).describe('Slash commands that code implements.'),
  routers: z
    .array(z.strictObject(module))
    .default([])
    .describe('What scores the agents for a prompt; the last one answers.'),
  definitionKinds: z
    .array(
      z.strictObject({
        ...module,
        directory: z
          .string()
          .regex(/^[a-z][a-z0-9-]*$/)
          .describe('Folder of such files, in the plugin, in CODEX_HOME and in `.codex`.'),
        glob: z.string().default('**/*').describe('Files in that folder.'),
      }),
    )
    .default([])
    .describe('Kinds of files that the plugin brings.'),
  observers: z
    .array(
      z.strictObject({
        ...module,
        config: z
          .enum(['otel'])
          .optional()
          .describe('Table of the configuration that it reads. Absent: `[plugins.NAME]` of its plugin.'),
        env: z.array(z.string().min(1)).default([]).describe('Environment variables that it reads. Empty: none.'),
      }),
    )
    .default([])
    .describe('What reads the stream of threads, where its table of the configuration is there.'),
  agents: z.array(fileGlob).default([]).describe('Agent files of the plugin.'),
  commands: z.array(fileGlob).default([]).describe('Command files of the plugin.'),
  skills: z.array(fileGlob).default([]).describe('Skill files of the plugin, such as `./skills/*/SKILL.md`.'),
  profiles: z.array(fileGlob).default([]).describe('Profile files of the plugin.'),
  policies: z.array(fileGlob).default([]).describe('Policy files of the plugin.'),
})
export type Contributions = z.infer<typeof contributionsSchema>

/** The `codex` field of a plugin's package.json. */
export const pluginFieldSchema = z.strictObject({
  apiVersion: z.int().positive().describe('Version of the plugin interface that the plugin was written for.'),
  contributes: z.looseObject({}).default({}).describe('What it contributes, by extension point.'),
})
