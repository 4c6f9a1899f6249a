import { z } from 'zod'
import * as api from '../../src/plugin-api/index.ts'
import { type Declaration, type Member, oneLine, readDeclarations } from './read-declarations.ts'
import { fieldsOf, type JsonSchema } from './schema-page.ts'

/** The parts of the page: a heading, what to import it from, and the files of declarations, below `dist/types`. */
const parts: readonly { readonly title: string; readonly from?: string; readonly files: readonly string[] }[] = [
  {
    title: 'Tools',
    files: ['tool', 'gated-fs', 'image-type', 'difference', 'find-tools', 'command-session', 'question'],
  },
  { title: 'Tool sources', files: ['tool-source'] },
  { title: 'Agents that run beside a thread', files: ['agent-tree', 'agent-team'] },
  { title: 'Hooks', files: ['hook'] },
  { title: 'Observers', files: ['observer'] },
  { title: 'Slash commands in code', files: ['handler'] },
  { title: 'Routers', files: ['router'] },
  { title: 'Providers', files: ['provider', 'history'] },
  {
    title: 'Providers that ask a server',
    files: [
      'stream-model',
      'preview-model',
      'model-api',
      'history-turns',
      'get-from-api',
      'asked-delay',
      'server-events',
      'stream-chunks',
      'join-deltas',
      'agent-message-text',
      'answer-schema',
      'object-schema',
      'parse-json',
      'nearest-effort',
      'broken-stream',
      'model-failure',
    ].map((name) => `model-stream/${name}`),
  },
  { title: 'Sandbox backends', files: ['sandbox'] },
  { title: 'Kinds of definitions', files: ['definition-kind', 'origin', 'diagnostic'] },
  {
    title: 'The kernel, for handlers and CLI commands',
    files: [
      'kernel-client',
      'thread-preview',
      'running-thread',
      'thread-library',
      'thread-trace',
      'undo',
      'bug-report',
    ],
  },
  { title: 'CLI commands', from: 'codex-kernel/plugin-api/command', files: ['base-command'] },
  {
    title: 'Tests',
    from: 'codex-kernel/plugin-api/testing',
    files: ['../runtime/open-test-workspace', 'test-workspace'],
  },
  {
    title: 'Events, items and findings',
    files: ['events', 'thread-item', 'finding', 'merge-findings', 'severity', 'json-value', 'immutable'],
  },
  {
    title: 'Runs of several agents',
    files: ['workflow', 'plan-graph', 'plan-problems', 'globs-may-meet', 'run', 'task-states'],
  },
  { title: 'Traces', files: ['trace'] },
  { title: 'Recordings', files: ['replay'] },
  { title: 'Errors', files: ['errors'] },
  { title: 'Permissions and actions', files: ['permissions', 'action', 'approval'] },
  {
    title: 'Definition files',
    files: ['agent', 'playbook', 'called-by-step', 'command', 'skill', 'profile', 'policy'],
  },
  { title: 'The manifest', files: ['manifest', 'extension-points'] },
]

/** Schemas whose fields have a page of their own. */
const pages: Readonly<Record<string, string>> = {
  agentSchema: 'agent.md',
  commandMetadataSchema: 'command.md',
  skillMetadataSchema: 'skill.md',
  profileSchema: 'profile.md',
  policySchema: 'policy.md',
  workflowSchema: 'workflow.md',
  taskSchema: 'workflow.md',
  taskGateSchema: 'workflow.md',
  contributionsSchema: 'plugin.md',
  pluginFieldSchema: 'plugin.md',
  jsonEventSchema: 'events.md',
  threadItemSchema: 'events.md',
}

/** Longer texts of constants are told by their beginning. */
const maxConstLength = 200

/**
 * Everything that a plugin can import, from the declarations that the compiler writes.
 *
 * @param declarations what `emitDeclarations` gives
 * @throws Error for a file that no part of the page names
 */
export function pluginApiPage(declarations: ReadonlyMap<string, string>): string {
  const files = new Map([...declarations].map(([path, text]) => [path, readDeclarations(text)]))
  const named = parts.flatMap((part) => part.files.map(pathOf))
  const missing = [...files.keys()].filter((path) => path !== pathOf('index') && !named.includes(path))
  if (missing.length > 0)
    throw new Error(`scripts/reference/plugin-api-page.ts names no part for ${missing.join(', ')}`)
  const sections = parts.map(({ title, from = 'codex-kernel/plugin-api', files: names }) => {
    const found = names.flatMap((name) => files.get(pathOf(name)) ?? [])
    return `## ${title}\n\nFrom \`${from}\`.\n\n${found
      .filter(({ isExported }) => isExported)
      .map((each) => describe(each, found))
      .join('\n\n')}`
  })
  return `# The plugin interface

All that a plugin can import, made from the declarations that are in the package. [Write a plugin](../write-a-plugin.md) has examples,
[extension-points.md](extension-points.md) what each module exports, [Stability](../plugin-stability.md) what stays as it is. \`z\` of zod is exported too.

${parts
  .map(
    ({ title }) =>
      `- [${title}](#${title
        .toLowerCase()
        .replaceAll(/[^\w\s-]/g, '')
        .replaceAll(' ', '-')})`,
  )
  .join('\n')}

${sections.join('\n\n')}
`
}

function pathOf(name: string): string {
  return name.startsWith('../') ? `${name.slice(3)}.d.ts` : `plugin-api/${name}.d.ts`
}

function describe(declaration: Declaration, siblings: readonly Declaration[]): string {
  const { kind, name, doc } = declaration
  const paragraphs = [`### ${kind} \`${name}\``, doc, bodyOf(declaration, siblings)]
  return paragraphs.filter((each) => each !== '').join('\n\n')
}

function bodyOf(declaration: Declaration, siblings: readonly Declaration[]): string {
  const { kind, name, text } = declaration
  if (kind === 'interface' || kind === 'class') return memberTable(declaration, siblings)
  if (kind === 'const') return constBody(name, text)
  return fence(text.replaceAll(/^\s*\n/gm, ''))
}

function memberTable(declaration: Declaration, siblings: readonly Declaration[]): string {
  const hidden = siblings.filter(({ isExported, name }) => !isExported && declaration.bases.includes(name))
  const shown = declaration.bases.filter((base) => !hidden.some(({ name }) => name === base))
  const members = [...hidden.flatMap((each) => each.members), ...declaration.members]
  const head = shown.length > 0 ? `Has what ${shown.map((base) => `\`${oneLine(base)}\``).join(', ')} has.\n\n` : ''
  if (members.length === 0) return head.trim()
  return `${head}| member | type | meaning |\n| --- | --- | --- |\n${members.map(memberRow).join('\n')}`
}

function memberRow({ name, type, isOptional, isMethod, doc }: Member): string {
  const shown = isMethod ? type : type.replace(/^= (.*)$/, '$1')
  const short = shown.length > maxConstLength && shown.startsWith('{') ? '{ … }' : shown
  return `| \`${name}${isOptional ? '?' : ''}\` | \`${cell(short)}\` | ${cell(doc)} |`
}

function constBody(name: string, text: string): string {
  const value: unknown = (api as Readonly<Record<string, unknown>>)[name] // whatever is exported under that name
  const page = pages[name]
  if (page) return `A schema of zod; its fields are in [${page}](${page}).`
  if (!(value instanceof z.ZodType)) {
    const short = oneLine(text)
    return fence(short.length > maxConstLength ? `${short.slice(0, maxConstLength)} …` : short)
  }
  const rows = fieldsOf(z.toJSONSchema(value, { io: 'input', reused: 'inline' }) as JsonSchema) // what toJSONSchema writes
  if (rows.length === 0) return 'A schema of zod.'
  const lines = rows.map(
    (row) => `| \`${row.path}\` | ${cell(row.type)} | ${cell(row.fallback)} | ${cell(row.meaning)} |`,
  )
  return `A schema of zod:\n\n| field | type | default | meaning |\n| --- | --- | --- | --- |\n${lines.join('\n')}`
}

function fence(text: string): string {
  return `\`\`\`ts\n${text}\n\`\`\``
}

/** A bar inside a cell would end it. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}
