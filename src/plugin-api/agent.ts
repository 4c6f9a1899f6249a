import { z } from 'zod'
import { maxDescriptionLength, maxNameLength } from './definition-limits.ts'
import { playbookSchema } from './playbook.ts'
import { commandRule, hostRule, nameRule, pathRule, toolRule } from './rule-text.ts'

const globs = z.array(z.string())

/** What a person can ask for, as a router tells it apart in any language that it reads. `docs/routing.md` says what each means. */
export const promptActs = [
  ...['judge', 'check', 'find', 'create', 'change', 'fix', 'restructure', 'reshape', 'improve', 'reduce', 'raise'],
  ...['measure', 'test', 'run', 'tell', 'why', 'state'],
] as const satisfies readonly string[]

/** What a request can be about. `keywords`: a word of the agent's own; `unnamed`: nothing was said; `other`: something that is none of these. */
export const promptTopics = [
  ...['code', 'changes', 'quality', 'bug', 'security', 'flaw', 'secret', 'attacker', 'tests', 'coverage', 'untested'],
  ...['fails', 'performance', 'slow', 'fast', 'memory', 'size', 'mess', 'thing', 'same', 'readonly'],
  ...['keywords', 'unnamed', 'other'],
] as const satisfies readonly string[]

/**
 * What a whole prompt asks for, as the router tells it apart: a judgement of code or of a change, flaws that an attacker
 * could use, another structure with the same behaviour, tests, less time or memory or size.
 */
export const promptRequests = ['review', 'security', 'refactoring', 'tests', 'performance'] as const

const weight = z.number().min(0).max(1)

/** A kind of request that an agent takes: one of `acts` about one of `about`. */
export const agentIntentSchema = z.strictObject({
  acts: z.array(z.enum(promptActs)).min(1).describe('What is asked for: one of these.'),
  about: z.array(z.enum(promptTopics)).min(1).describe('What it is about: at least one of these.'),
  with: z.array(z.enum(promptTopics)).default([]).describe('What must be spoken of besides. Absent: nothing.'),
  unless: z.array(z.enum(promptTopics)).default([]).describe('What it must not be about. Absent: nothing.'),
  score: weight.describe('How surely such a request is for this agent, 0 to 1.'),
})

/** An agent file. `docs/reference/agent.schema.json` is generated from it. */
export const agentSchema = z.strictObject({
  agent: z
    .strictObject({
      id: z
        .string()
        .max(maxNameLength)
        .regex(/^[a-z][a-z0-9_-]*$/)
        .describe('What it is called by.'),
      name: z.string().min(1).max(maxDescriptionLength).describe('For people.'),
      description: z.string().min(1).max(maxDescriptionLength).describe('One line: what it is good at.'),
      category: z.string().optional().describe('Groups agents in lists.'),
      aliases: z
        .array(z.string().regex(/^[a-z][a-z0-9_-]*$/))
        .default([])
        .describe('Other ids for it.'),
      mcp_servers: z
        .array(z.string().min(1))
        .optional()
        .describe(
          'MCP servers of the configuration that start with it, by name. Absent: none; the default agent has all.',
        ),
      capabilities: z
        .array(z.string().regex(/^[a-z][a-z0-9_]*$/))
        .optional()
        .describe(
          'What its model does by MCP tools that the configuration names for it, where they are there and may be used: the built-in tool is then not offered. Absent: nothing.',
        ),
    })
    .describe('Who it is.'),
  activation: z
    .strictObject({
      file_patterns: globs.default([]).describe('Globs of files that speak for this agent.'),
      keywords: z.array(z.string().min(1)).default([]).describe('Words and phrases that speak for this agent.'),
      weighted_keywords: z
        .array(
          z.strictObject({
            text: z.string().min(1).describe('The word or phrase.'),
            weight: weight.describe('What it is worth, 0 to 1.'),
          }),
        )
        .default([])
        .describe('Keywords with a weight of their own; of `keywords` a word has 0.45, a phrase 0.6.'),
      negative_keywords: z
        .array(z.string().min(1))
        .default([])
        .describe('Words and phrases that speak against this agent: each halves its score.'),
      requests: z
        .array(z.enum(promptRequests))
        .default([])
        .describe('What this agent is asked for, in any words and languages that the router knows.'),
      intents: z
        .array(agentIntentSchema)
        .default([])
        .describe('Requests that this agent takes, put together from what is asked for and what it is about.'),
      examples: z
        .array(z.string().min(1))
        .default([])
        .describe('Prompts for this agent, in any language; one that is very like one of them is for it.'),
      languages: z
        .array(z.string().min(1))
        .default([])
        .describe(
          'Programming languages that speak for this agent where the repository is written in one, such as `rust`.',
        ),
      threshold: z
        .number()
        .min(0)
        .max(1)
        .optional()
        .describe('Least score to activate by itself. Absent: agents.activation_threshold.'),
    })
    .optional()
    .describe('Absent: the agent runs only when named.'),
  permissions: z
    .strictObject({
      file_access: z.enum(['none', 'read-only', 'read-write']).default('none').describe('Files of the workspace.'),
      shell_execution: z.boolean().default(false).describe('Whether it may run commands.'),
      allowed_commands: z
        .array(z.string().superRefine(commandRule))
        .optional()
        .describe('Programs, or a program with first words. Absent: any, if shell_execution.'),
      network_access: z
        .union([z.boolean(), z.array(z.string().superRefine(hostRule))])
        .default(false)
        .describe('true: all hosts that the profile allows; a list: these hosts.'),
      max_iterations: z
        .int()
        .positive()
        .optional()
        .describe('Model requests in one turn. Absent: no bound of its own.'),
      can_delegate: z
        .union([z.boolean(), z.array(z.string().superRefine(nameRule))])
        .default(false)
        .describe('true: any agent; a list: these agents.'),
      allowed_tools: z
        .record(
          z.string().superRefine(toolRule),
          z.union([
            z.boolean(),
            z.strictObject({
              commands: z
                .array(z.string().superRefine(commandRule))
                .min(1)
                .describe('First words that the program may be called with.'),
            }),
          ]),
        )
        .optional()
        .describe(
          'Tool ids; a key that is no tool id is a program run through the shell tool. Absent: the core tools that the other three imply.',
        ),
      file_patterns: z
        .strictObject({
          allow_read: z
            .array(z.string().superRefine(pathRule))
            .optional()
            .describe('What may be read. Absent: what file_access says.'),
          deny_read: z
            .array(z.string().superRefine(pathRule))
            .default([])
            .describe('What may not be read, whatever else is said.'),
          allow_write: z
            .array(z.string().superRefine(pathRule))
            .optional()
            .describe('What may be written. Absent: what file_access says.'),
          deny_write: z
            .array(z.string().superRefine(pathRule))
            .default([])
            .describe('What may not be written, whatever else is said.'),
        })
        .optional()
        .describe('Globs relative to the workspace root.'),
    })
    .optional()
    .describe('Absent: narrows nothing. Present: what is not named is denied.'),
  prompt: z
    .strictObject({ system: z.string().min(1).describe('What the agent is told.') })
    .optional()
    .describe('Absent: the agent has a playbook alone.'),
  model: z
    .strictObject({
      name: z.string().optional().describe('Model to ask.'),
      provider: z.string().optional().describe('Id of the model provider.'),
      reasoning_effort: z.string().optional().describe('How long it thinks, in the words of the model.'),
      verbosity: z.string().optional().describe('How much it writes, in the words of the model.'),
      fallback: z
        .array(z.string().min(1))
        .optional()
        .describe('Models that take over where the provider gives up, in order: `model` or `provider/model`.'),
    })
    .optional()
    .describe('Absent: the model of the configuration.'),
  limits: z
    .strictObject({
      max_cost: z.number().positive().optional().describe('US dollars.'),
      max_tokens: z.int().positive().optional().describe('Tokens, sent and received.'),
    })
    .optional()
    .describe('What it may use in one run, with all that it hands on. Absent: no bound of its own.'),
  playbook: playbookSchema.optional().describe('Absent: the agent needs a model.'),
})
export type AgentIntent = z.infer<typeof agentIntentSchema>
export type AgentDefinition = z.infer<typeof agentSchema>
