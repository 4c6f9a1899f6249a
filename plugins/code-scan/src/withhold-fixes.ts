import type { Finding } from 'codex-kernel/plugin-api'
import type { CodeLanguage } from './language-of.ts'
import type { CodeParser, SgNode } from './open-parser.ts'

export interface FixedText {
  /** All of it, also what stands in front of the first token. */
  readonly text: string
  readonly root: SgNode
  readonly language: CodeLanguage
}

interface Edit {
  readonly from: number
  readonly to: number
  readonly text: string
}

type Fixable = Finding & { readonly fix: NonNullable<Finding['fix']> }

/**
 * Takes the edits from findings whose change would leave a text that is no code of its language, and says why. The changed text is
 * read with the same grammar; all changes at once first, then in halves, so that a good file is read once more.
 */
export function withholdFixes(findings: readonly Finding[], source: FixedText, parser: CodeParser): readonly Finding[] {
  const fixable = findings.filter((finding): finding is Fixable => (finding.fix?.edits.length ?? 0) > 0)
  if (fixable.length === 0) return findings
  const starts = lineStarts(source.text)
  const editsOf = ({ fix }: Fixable): readonly Edit[] =>
    fix.edits.map(({ range: { start, end }, text }) => ({
      from: (starts[start.line - 1] ?? 0) + start.column - 1,
      to: (starts[end.line - 1] ?? 0) + end.column - 1,
      text,
    }))
  const problems = new Map<Finding, string>()
  const check = (some: readonly Fixable[]): void => {
    const problem = problemOf(some.flatMap(editsOf), source, parser)
    if (problem === undefined) return
    if (some.length === 1) for (const one of some) problems.set(one, problem)
    else for (const half of halves(some)) check(half)
  }
  for (const layer of layersOf(fixable, editsOf)) check(layer)
  return findings.map((finding) => {
    const withheld = problems.get(finding)
    return withheld === undefined || !finding.fix
      ? finding
      : { ...finding, fix: { ...finding.fix, edits: [], withheld } }
  })
}

const halves = <Item>(items: readonly Item[]): readonly (readonly Item[])[] => {
  const middle = Math.ceil(items.length / 2)
  return [items.slice(0, middle), items.slice(middle)]
}

/** Findings whose edits do not overlap can be tried together. */
function layersOf(
  findings: readonly Fixable[],
  editsOf: (finding: Fixable) => readonly Edit[],
): readonly (readonly Fixable[])[] {
  const layers: { findings: Fixable[]; edits: Edit[] }[] = []
  for (const finding of findings) {
    const edits = editsOf(finding)
    const free = layers.find((layer) =>
      layer.edits.every((other) => edits.every(({ from, to }) => to <= other.from || other.to <= from)),
    )
    if (free) {
      free.findings.push(finding)
      free.edits.push(...edits)
    } else layers.push({ findings: [finding], edits: [...edits] })
  }
  return layers.map((layer) => layer.findings)
}

/** What is wrong with the text after the edits that was not wrong with it before. */
function problemOf(
  edits: readonly Edit[],
  { text, root, language }: FixedText,
  parser: CodeParser,
): string | undefined {
  const ordered = edits.toSorted((a, b) => a.from - b.from)
  let after = ''
  let at = 0
  const places: { from: number; to: number }[] = []
  for (const edit of ordered) {
    after += text.slice(at, edit.from)
    places.push({ from: after.length, to: after.length + edit.text.length })
    after += edit.text
    at = edit.to
  }
  const changed = parser.parse(language.grammar, after + text.slice(at))
  if (countOf(changed, 'ERROR') > countOf(root, 'ERROR') || missing(changed, places) > missing(root, ordered)) {
    return 'the changed text does not parse'
  }
  const words = suspending[language.grammar]
  const stray = words?.find(({ kind, needs }) => strays(changed, kind, needs) > strays(root, kind, needs))
  return stray && `${stray.word} would stand outside of ${stray.where}`
}

const countOf = (root: SgNode, kind: string): number => root.findAll({ rule: { kind } }).length

/** Tokens that the parser put in to go on, at these places: they are empty. */
function missing(node: SgNode, places: readonly { readonly from: number; readonly to: number }[]): number {
  const { start, end } = node.range()
  if (!places.some(({ from, to }) => start.index <= to + 1 && from - 1 <= end.index)) return 0
  const children = node.children()
  if (children.length === 0) return start.index === end.index ? 1 : 0
  return children.reduce((sum, child) => sum + missing(child, places), 0)
}

/** The grammars take these words anywhere, the languages only in functions of a kind. */
const javascriptWords = [
  { kind: 'await_expression', word: 'await', needs: 'async', where: 'an async function' },
  { kind: 'yield_expression', word: 'yield', needs: '*', where: 'a generator' },
] as const
const suspending: Partial<
  Record<
    CodeLanguage['grammar'],
    readonly { readonly kind: string; readonly word: string; readonly needs: string; readonly where: string }[]
  >
> = {
  JavaScript: javascriptWords,
  TypeScript: javascriptWords,
  Tsx: javascriptWords,
  python: [{ kind: 'await', word: 'await', needs: 'async', where: 'an async function' }],
}
const functionKinds = new Set([
  'arrow_function',
  'function_declaration',
  'function_expression',
  'generator_function',
  'generator_function_declaration',
  'method_definition',
  'function_definition',
  'lambda',
])

/** How many stand in a function without the sign that they need, or, in Python, in none. */
function strays(root: SgNode, kind: string, sign: string): number {
  return root.findAll({ rule: { kind } }).filter((node) => {
    if (!node.isNamed()) return false
    const fn = node.ancestors().find((outer) => functionKinds.has(String(outer.kind())))
    if (!fn) return kind === 'await'
    return !fn.children().some((child) => child.text() === sign)
  }).length
}

const lineStarts = (text: string): readonly number[] => [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)]
