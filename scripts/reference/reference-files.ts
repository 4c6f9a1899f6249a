import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { scanRuleSchema } from '../../plugins/code-scan/src/scan-rule.ts'
import { defaultConfig } from '../../src/config/defaults.ts'
import { configSchema } from '../../src/config/schema.ts'
import { hooksFileSchema } from '../../src/plugin-api/hooks-file.ts'
import {
  agentSchema,
  commandMetadataSchema,
  contributionsSchema,
  jsonEventSchema,
  pluginFieldSchema,
  policySchema,
  profileSchema,
  runEventSchema,
  runResultSchema,
  skillMetadataSchema,
  workflowSchema,
} from '../../src/plugin-api/index.ts'
import { recordingLineSchema } from '../../src/thread/recording/recording-lines.ts'
import { emitDeclarations } from '../emit-declarations.ts'
import { builtinAgentsPage, builtinCommandsPage } from './builtin-page.ts'
import { cliPage } from './cli-page.ts'
import { errorPage } from './error-page.ts'
import { eventPage } from './event-page.ts'
import { extensionPage } from './extension-page.ts'
import { pluginApiPage } from './plugin-api-page.ts'
import { protectedPathsPage } from './protected-paths-page.ts'
import { rolloutPage } from './rollout-page.ts'
import { type JsonSchema, schemaPage, withDefaults } from './schema-page.ts'
import { toolPage } from './tool-page.ts'

/** The files that users write, each with its schema and what its page says first. */
const writtenFiles: readonly {
  readonly name: string
  readonly title: string
  readonly intro: string
  /** What is done with a field that is not listed. */
  readonly unknown?: string
  readonly schema: z.ZodType
  readonly defaults?: object
}[] = [
  {
    name: 'agent',
    title: 'Agent files',
    intro: 'TOML, `agents/*.toml`. [Write an agent](../write-an-agent.md) explains them with examples.',
    schema: agentSchema,
  },
  {
    name: 'command',
    title: 'Front matter of command files',
    intro:
      'YAML at the head of a Markdown file, `commands/*.md`. [Write a command](../write-a-command.md) explains it with examples.',
    schema: commandMetadataSchema,
  },
  {
    name: 'skill',
    title: 'Front matter of skill files',
    intro: 'YAML at the head of `SKILL.md`. [Write a skill](../write-a-skill.md) explains it with an example.',
    unknown: 'A field that is not listed is let pass, since other programs read the files too.',
    schema: skillMetadataSchema,
  },
  {
    name: 'profile',
    title: 'Profile files',
    intro: 'TOML, `profiles/*.toml`. [Choose or write a security profile](../profiles.md) explains them with examples.',
    schema: profileSchema,
  },
  {
    name: 'policy',
    title: 'Policy files',
    intro:
      'TOML, `policies/*.toml`. [Rules for commands](../profiles.md#rules-for-commands) explains them with examples.',
    schema: policySchema,
  },
  {
    name: 'workflow',
    title: 'Workflow files',
    intro:
      'TOML, `workflows/*.toml`, of the plugin supervisor. [Design a team of agents](../design-a-team.md) explains them with examples.',
    schema: workflowSchema,
  },
  {
    name: 'hooks',
    title: 'Files of hooks',
    intro:
      'JSON, `hooks.json`; the field `hooks` also as a table of `config.toml`. [Hooks](../hooks.md) explains them with examples.',
    unknown: 'An unknown field of a hook is a warning, an unknown event an error.',
    schema: hooksFileSchema,
  },
  {
    name: 'scan-rule',
    title: 'Scan rules',
    intro:
      'YAML, `scan-rules/**/*.yml`, of the plugin code-scan. [Scan rules](../scan-rules.md) explains them with examples.',
    schema: scanRuleSchema,
  },
  {
    name: 'config',
    title: 'Configuration files',
    intro:
      'TOML, `config.toml`. [Configure it](../configuration.md) explains the layers and has examples. Every key may be left out. Some [have no effect yet](../architecture.md#11-what-is-not-there-yet).',
    unknown: 'A key that is not listed is a warning, with `--strict-config` an error.',
    schema: configSchema,
    defaults: defaultConfig,
  },
  {
    name: 'recording',
    title: 'Recordings',
    intro:
      'JSON lines, written by `--record FILE`; each is one of these, told apart by `type`. [Record a thread, and run it again](../record-and-replay.md) explains them.',
    unknown: 'A field that is not listed is let pass.',
    schema: recordingLineSchema,
  },
  {
    name: 'plugin',
    title: 'The `codex` field of a package.json',
    intro:
      'JSON. [Write a plugin](../write-a-plugin.md) explains it with examples; [extension-points.md](extension-points.md) says what each module exports.',
    schema: pluginFieldSchema.extend({
      contributes: contributionsSchema.optional().describe(pluginFieldSchema.shape.contributes.description ?? ''),
    }),
  },
]

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

/** Name and text of every file of `docs/reference/`. */
export async function referenceFiles(): Promise<ReadonlyMap<string, string>> {
  const schemas = writtenFiles.map((file) => ({ ...file, json: jsonSchemaOf(file) }))
  const events = eventSchema('One line of codex exec --json', jsonEventSchema)
  const runEvents = eventSchema('One line of codex supervisor --json and codex workflows run --json', runEventSchema)
  const runResult = eventSchema('What codex supervisor --format json prints', runResultSchema)
  const pages = new Map([
    ...schemas.map(
      ({ name, title, intro, unknown = 'A field that is not listed is an error.', json }) =>
        [`${name}.md`, schemaPage(title, `${intro} ${unknown}`, name, json)] as const,
    ),
    ['cli.md', cliPage()],
    ['builtin-commands.md', await builtinCommandsPage()],
    ['builtin-agents.md', await builtinAgentsPage()],
    ['errors.md', errorPage()],
    ['protected-paths.md', protectedPathsPage()],
    ['events.md', eventPage(events)],
    ['rollout.md', rolloutPage()],
    ['extension-points.md', extensionPage()],
    ['tools.md', await toolPage(root)],
    ['plugin-api.md', pluginApiPage(emitDeclarations(root))],
  ])
  return new Map([
    ...schemas.map(({ name, json }) => [`${name}.schema.json`, `${JSON.stringify(json, null, 2)}\n`] as const),
    ['events.schema.json', `${JSON.stringify(events, null, 2)}\n`] as const,
    ['run-result.schema.json', `${JSON.stringify(runResult, null, 2)}\n`] as const,
    ['run-events.schema.json', `${JSON.stringify(runEvents, null, 2)}\n`] as const,
    ...pages,
    ['README.md', indexPage(pages)],
  ])
}

/** What a reader of `--json` gets: fields with a default are there. */
function eventSchema(title: string, schema: z.ZodType): JsonSchema {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'output', reused: 'inline' })
  return { $schema, title, ...rest } as JsonSchema // what toJSONSchema writes
}

function jsonSchemaOf(file: (typeof writtenFiles)[number]): JsonSchema {
  const { $schema, ...rest } = z.toJSONSchema(file.schema, { io: 'input', reused: 'inline' })
  const schema = { $schema, title: file.title.replaceAll('`', ''), ...rest } as JsonSchema // what toJSONSchema writes
  return file.defaults ? withDefaults(schema, file.defaults) : schema
}

function indexPage(pages: ReadonlyMap<string, string>): string {
  const rows = [...pages].map(([name, text]) => `- [${/^# (.*)$/m.exec(text)?.[1] ?? name}](${name})`).sort()
  return `# Reference

Made from the sources by \`npm run reference\`; a test fails where a page is not what the sources say. Next to a page of a
file format, and of the events, lies its JSON Schema, \`NAME.schema.json\`, for editors and programs.

${rows.join('\n')}
`
}
