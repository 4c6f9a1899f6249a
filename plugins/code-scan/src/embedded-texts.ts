import { type CodeLanguage, exampleLanguage } from './language-of.ts'
import type { SgNode } from './open-parser.ts'
import type { RuleLanguage } from './scan-rule.ts'
import { javaOfPage } from './template-tags.ts'

/** Code of another language inside a text. All that does not belong to it is blank, so that positions stay the same. */
export interface EmbeddedText {
  readonly text: string
  readonly language: CodeLanguage
}

/** Languages that a text of `name` may hold. */
export function embeddedLanguages(name: RuleLanguage): readonly RuleLanguage[] {
  if (name === 'html') return ['javascript', 'typescript', 'java']
  return name === 'workflow' ? ['bash'] : []
}

/** Scripts in pages and components, Java in JSP pages, and commands in workflows. `root` is the tree of `text`. */
export function embeddedTexts(text: string, language: CodeLanguage, root: SgNode): readonly EmbeddedText[] {
  if (language.name === 'html') return [...scriptsIn(text, root), ...javaIn(text)]
  if (language.name === 'workflow') return commandsIn(text, root)
  return []
}

function javaIn(text: string): readonly EmbeddedText[] {
  const code = javaOfPage(text)
  return code === undefined ? [] : [{ text: code, language: exampleLanguage('java') }]
}

function scriptsIn(text: string, root: SgNode): readonly EmbeddedText[] {
  const scripts = root.findAll({ rule: { kind: 'raw_text', inside: { kind: 'script_element' } } })
  const typed = scripts.map((node) => ({ node, head: node.prevAll().at(-1)?.text() ?? node.prev()?.text() ?? '' }))
  const isData = (head: string): boolean =>
    /type\s*=\s*["']?(application\/(ld\+)?json|text\/(x-)?(template|handlebars)|importmap|speculationrules)/i.test(head)
  const isTypescript = (head: string): boolean => /lang\s*=\s*["']?tsx?/i.test(head)
  const code = typed.filter(({ head }) => !isData(head))
  return [
    ...blanked(
      text,
      code.filter(({ head }) => !isTypescript(head)).map(({ node }) => node),
      'javascript',
    ),
    ...blanked(
      text,
      code.filter(({ head }) => isTypescript(head)).map(({ node }) => node),
      'typescript',
    ),
  ]
}

/** The values of `run:` and `script:`. A `${{ expression }}` becomes a word of the same length. */
function commandsIn(text: string, root: SgNode): readonly EmbeddedText[] {
  const pairs = root.findAll({
    rule: { kind: 'block_mapping_pair', has: { field: 'key', regex: '^(run|script|before_script|after_script)$' } },
  })
  const scalars = pairs.flatMap(
    (pair) =>
      pair.field('value')?.findAll({ rule: { any: [{ kind: 'block_scalar' }, { kind: 'plain_scalar' }] } }) ?? [],
  )
  return blanked(text, scalars, 'bash').map((embedded) => ({
    ...embedded,
    text: embedded.text
      .replace(/\$\{\{[^}\n]*\}\}/g, (expression) => 'x'.repeat(expression.length))
      .replace(/^([^\S\n]*)[|>][-+\d]*(?=[^\S\n]*$)/gm, (head) => ' '.repeat(head.length)),
  }))
}

function blanked(text: string, nodes: readonly SgNode[], language: CodeLanguage['name']): readonly EmbeddedText[] {
  if (nodes.length === 0) return []
  let result = ''
  let offset = 0
  for (const node of nodes) {
    const { start, end } = node.range()
    result += blank(text.slice(offset, start.index)) + text.slice(start.index, end.index)
    offset = end.index
  }
  return [{ text: result + blank(text.slice(offset)), language: exampleLanguage(language) }]
}

const blank = (text: string): string => text.replace(/[^\r\n]/g, ' ')
