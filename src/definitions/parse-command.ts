import { basename } from 'node:path'
import {
  type CommandDefinition,
  commandMetadataSchema,
  type DefinitionFile,
  type Diagnostic,
  defineDefinitionKind,
  diagnosticsFromZod,
  type ParsedDefinition,
} from '../plugin-api/index.ts'
import { checkArguments } from './check-arguments.ts'
import { parseFrontMatter } from './parse-front-matter.ts'

/** Markdown files with YAML front matter; one without is a command named after the file, the whole text its template. */
export const commandKind = defineDefinitionKind<CommandDefinition>({
  id: 'command',
  parse: (file) => [parseCommand(file)],
})

const namePattern = /^[a-z][a-z0-9_-]*$/

function parseCommand({ file, text }: DefinitionFile): ParsedDefinition<CommandDefinition> {
  const frontMatter = parseFrontMatter(text, file, 'command.front_matter')
  if ('problem' in frontMatter) return { diagnostics: [frontMatter.problem] }
  const { data, locate, body, bodyLine } = frontMatter

  const parsed = commandMetadataSchema.safeParse(data ?? {})
  if (!parsed.success) {
    const problems = diagnosticsFromZod(parsed.error, { file, code: 'command.schema', locate })
    return { diagnostics: problems.map(withQuotingHint) }
  }
  const name = parsed.data.name ?? basename(file).replace(/\.md$/i, '')
  const problems = checkArguments(parsed.data.args, { file, locate })
  if (!namePattern.test(name)) problems.push(unfitName(file, name, data === undefined))
  if (body.trim() === '') problems.push(emptyTemplate(file, bodyLine))
  if (problems.some(({ severity }) => severity === 'error') || !namePattern.test(name)) return { diagnostics: problems }

  // A prompt is the same whatever line ends its file was saved with.
  const value = { ...parsed.data, name, template: body.replaceAll('\r\n', '\n'), templateLine: bodyLine }
  return { id: name, value, ...(problems.length > 0 ? { diagnostics: problems } : {}) }
}

/** `{ description: one, two }` has a field `two` in YAML, which is the likeliest way to get an unknown one here. */
function withQuotingHint(problem: Diagnostic): Diagnostic {
  const isUnknown = problem.message.startsWith('Unknown field') && problem.field?.startsWith('args.') === true
  return isUnknown ? { ...problem, hint: 'A text that holds a comma goes in quotes.' } : problem
}

/** A README beside the commands is no mistake; a file that says what it is and cannot be called is one. */
function unfitName(file: string, name: string, isPlainText: boolean): Diagnostic {
  const suggestion = name
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
  return {
    severity: isPlainText ? 'warning' : 'error',
    code: 'command.name',
    message: `"${name}" cannot be the name of a command, so the file is left out`,
    file,
    expected: 'lower-case letters, digits, - and _, starting with a letter',
    hint:
      suggestion === ''
        ? 'Give it a `name` in its front matter.'
        : `Call the file ${suggestion}.md, or give it a \`name\`.`,
  }
}

function emptyTemplate(file: string, line: number): Diagnostic {
  return {
    severity: 'error',
    code: 'command.empty',
    message: 'The command has no text to send',
    file,
    line,
    hint: 'Write the prompt below the front matter.',
  }
}
