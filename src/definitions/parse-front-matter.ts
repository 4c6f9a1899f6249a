import matter from 'gray-matter'
import { CORE_SCHEMA, load, YAMLException } from 'js-yaml'
import type { Diagnostic, Locate } from '../plugin-api/index.ts'
import { locateYaml, positionAt } from './locate-yaml.ts'

export type FrontMatter =
  /** `data` is undefined where the file has no front matter. */
  | { readonly data: unknown; readonly locate: Locate; readonly body: string; readonly bodyLine: number }
  | { readonly problem: Diagnostic }

/**
 * Splits a Markdown file into its YAML front matter and what follows. gray-matter evaluates `---js` front matter, takes an unclosed
 * block for the whole file and remembers broken texts, so the fences are checked first, YAML 1.2 (core schema, no aliases)
 * is the only language, and its memory is not used.
 *
 * @param text without BOM; line ends as they are
 */
export function parseFrontMatter(text: string, file: string, code: string): FrontMatter {
  const problem = (line: number, column: number, message: string, hint: string): FrontMatter => ({
    problem: { severity: 'error', code, message, file, line, column, hint },
  })
  const [fence = ''] = text.split(/\r?\n/, 1)
  if (!/^---(?!-)/.test(fence)) return { data: undefined, locate: () => undefined, body: text, bodyLine: 1 }

  if (fence.includes('\r')) {
    return problem(1, 1, 'The lines of the file end with CR alone', 'Save it with LF or CRLF as line ends.')
  }
  const language = fence.slice(3).trim()
  if (!['', 'yaml', 'yml'].includes(language)) {
    const hint = 'Write the first line as `---` and the front matter as YAML.'
    return problem(1, 4, `Front matter in "${language}" is not read: only YAML is`, hint)
  }
  const end = /\r?\n---[^\r\n]*/.exec(text.slice(fence.length))
  if (end === null) {
    return problem(1, 1, 'The front matter has no end', 'Close it with a line that is `---`.')
  }
  const blockEnd = fence.length + end.index
  const block = text.slice(fence.length, blockEnd)
  const endLine = positionAt(text, blockEnd, 1).line + 1
  if (end[0].trim() !== '---') {
    return problem(
      endLine,
      1,
      `"${end[0].trim()}" does not close the front matter`,
      'Close it with a line that is `---`.',
    )
  }

  try {
    const { data } = matter(text, { language: 'yaml', engines: { yaml: readYaml, yml: readYaml } })
    const body = text.slice(blockEnd + end[0].length).replace(/^\r?\n/, '')
    return { data, locate: locateYaml(block, 1), body, bodyLine: endLine + 1 }
  } catch (error) {
    const offset = error instanceof YAMLException ? error.mark?.position : undefined
    const { line, column } = offset === undefined ? { line: 1, column: 1 } : positionAt(block, offset, 1)
    const reason = error instanceof YAMLException ? error.reason : String(error)
    const [known] = refusals.filter(({ sign }) => reason.includes(sign))
    const message = known?.message ?? `The front matter is not YAML: ${reason}`
    return problem(line, column, message, known?.hint ?? quotingHint)
  }
}

/** gray-matter's type wants an object; what is none is refused by the schema of the kind. */
function readYaml(block: string): object {
  // An alias bomb has no use in a few lines of metadata. The cast is what the comment above says.
  return load(block, { schema: CORE_SCHEMA, maxAliases: 0 }) as object
}

/** What is YAML and yet not read here, or a likely slip, by a word of js-yaml's message. */
const refusals: readonly { readonly sign: string; readonly message?: string; readonly hint: string }[] = [
  {
    sign: 'alias',
    message: 'Front matter with aliases (*name) is not read',
    hint: 'Write the value out where it is used.',
  },
  {
    sign: 'maxDepth',
    message: 'The front matter nests more than 100 deep',
    hint: 'It is a few fields and a list of arguments.',
  },
  { sign: 'duplicated', hint: 'Keep one of the two.' },
  { sign: 'tab ', hint: 'Indent with spaces.' },
]
const quotingHint = 'Quote values that hold `: `, `#`, `{`, `[`, `*` or `@`, and indent with spaces.'
