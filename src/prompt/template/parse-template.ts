import { checkNames, type TemplateNames } from './check-names.ts'
import type { Token } from './lex-expression.ts'
import { type Expression, expectEnd, isWord, parseExpression } from './parse-expression.ts'
import { type Segment, splitTemplate, type Trim } from './split-template.ts'
import { type TemplateSource, templateError } from './template-source.ts'

export interface ParseOptions {
  /** Absent: any name, and one without a value is empty. */
  readonly names?: TemplateNames
  /** What may be called with a value. Absent: nothing. */
  readonly functions?: readonly string[]
}

/** What Handlebars renders: `text` refers to the slots by number, in helpers of ours. */
export interface ParsedTemplate {
  readonly text: string
  readonly slots: readonly Slot[]
}

/** The expression of one tag, and the names that the block gives to what it walks through. */
export interface Slot {
  readonly expression: Expression
  readonly parameters: readonly string[]
}

const blockNames = ['if', 'unless', 'each', 'with'] as const
type BlockName = (typeof blockNames)[number]

/** What stands for a block in the text that Handlebars gets. */
const helperOf: Readonly<Record<BlockName, string>> = { if: 'if', unless: 'unless', each: 'loop', with: 'enter' }
const refusedSigns: ReadonlyMap<string, string> = new Map([
  ['>', 'Partials'],
  ['*', 'Decorators'],
  ['&', 'Tags with &'],
  ['^', 'Inverted blocks'],
])
/** Ten times what a long report has. Parsing and making code of so many takes 0.3 s. */
const maxTags = 10_000
/** Handlebars, and the code that it makes, go down into blocks by recursion. */
const maxBlocks = 50

interface OpenBlock {
  readonly name: BlockName
  readonly offset: number
  readonly parameters: readonly string[]
  inElse: boolean
}

interface Rewriting {
  readonly template: TemplateSource
  readonly options: ParseOptions
  readonly open: OpenBlock[]
  readonly slots: Slot[]
}

/** What stands between the braces, by offsets in the template. */
interface Tag {
  readonly offset: number
  readonly start: number
  readonly end: number
}

/**
 * Rewrites a template for Handlebars: every expression goes into a slot, and its tag calls a helper with the number of
 * the slot, so that Handlebars sees blocks and numbers and no name that the author wrote.
 * @throws CodexError `command.template` at the file's line and column
 */
export function parseTemplate(template: TemplateSource, options: ParseOptions): ParsedTemplate {
  const rewriting: Rewriting = { template, options, open: [], slots: [] }
  const text = splitTemplate(template)
    .map((segment) => rewriteSegment(segment, rewriting))
    .join('')
  const unclosed = rewriting.open.at(-1)
  if (unclosed) {
    throw templateError(template, unclosed.offset, `{{#${unclosed.name}}} is not closed`, {
      hint: `Close it with {{/${unclosed.name}}}.`,
    })
  }
  return { text, slots: rewriting.slots }
}

function rewriteSegment(segment: Segment, rewriting: Rewriting): string {
  if (segment.type === 'text') return escapeText(segment.text)
  if (segment.type === 'comment') return braces('!', segment.trim)
  const { content, contentOffset, offset } = segment
  const leading = content.length - content.trimStart().length
  const tag = { offset, start: contentOffset + leading, end: contentOffset + content.length }
  return braces(rewriteTag(content.trimStart(), tag, rewriting), segment.trim)
}

function rewriteTag(content: string, tag: Tag, rewriting: Rewriting): string {
  const refused = refusedSigns.get(content.charAt(0))
  if (refused) throw templateError(rewriting.template, tag.start, `${refused} are not part of the template grammar`)
  if (content.startsWith('#')) return rewriteOpening(content, tag, rewriting)
  if (content.startsWith('/')) return rewriteClosing(content, tag, rewriting)
  if (/^else(?![\w.-])/.test(content)) return rewriteElse(content, tag, rewriting)
  return `value ${addSlot(tag, rewriting)}`
}

function rewriteOpening(content: string, tag: Tag, rewriting: Rewriting): string {
  const word = /^#\s*([^\s("']*)/.exec(content)
  const name = blockNames.find((block) => block === word?.[1])
  if (!name) {
    throw templateError(rewriting.template, tag.start, `"#${word?.[1] ?? ''}" is no block`, {
      hint: `The blocks are ${blockNames.map((block) => `#${block}`).join(', ')}.`,
    })
  }
  if (rewriting.open.length >= maxBlocks) {
    throw templateError(rewriting.template, tag.offset, `Blocks are nested more than ${maxBlocks} deep`, {
      hint: 'Split the template into several commands.',
    })
  }
  const hasItem = name === 'each' || name === 'with'
  const slot = addSlot({ ...tag, start: tag.start + (word?.[0].length ?? 0) }, rewriting, hasItem)
  const parameters = rewriting.slots[slot]?.parameters ?? []
  rewriting.open.push({ name, offset: tag.offset, parameters, inElse: false })
  return hasItem ? `#${helperOf[name]} ${slot}` : `#${helperOf[name]} (test ${slot})`
}

function rewriteClosing(content: string, tag: Tag, rewriting: Rewriting): string {
  const name = content.slice(1).trim()
  const opened = rewriting.open.pop()
  if (!opened) throw templateError(rewriting.template, tag.offset, `{{/${name}}} closes no block`)
  if (opened.name !== name) {
    throw templateError(rewriting.template, tag.offset, `{{/${name}}} stands where {{/${opened.name}}} is expected`)
  }
  return `/${helperOf[name]}`
}

function rewriteElse(content: string, tag: Tag, rewriting: Rewriting): string {
  const { template } = rewriting
  const opened = rewriting.open.at(-1)
  if (!opened) throw templateError(template, tag.offset, '{{else}} stands in no block')
  if (opened.inElse) throw templateError(template, tag.offset, `{{#${opened.name}}} has its {{else}} already`)
  const isConditional = opened.name === 'if' || opened.name === 'unless'
  const condition = /^else\s+if(?![\w.-])/.exec(content)
  if (condition && isConditional) {
    return `else if (test ${addSlot({ ...tag, start: tag.start + condition[0].length }, rewriting)})`
  }
  opened.inElse = true
  if (content.trim() === 'else') return 'else'
  throw templateError(template, tag.offset, isConditional ? 'Only "if" may follow "else"' : 'Nothing may follow "else"')
}

/** Parses the rest of a tag, and gives the number of its slot. */
function addSlot(tag: Tag, { template, options, open, slots }: Rewriting, takesParameters = false): number {
  const { expression, following } = parseExpression(template, tag.start, tag.end, options.functions ?? [])
  const parameters = takesParameters ? readParameters(template, following) : []
  if (parameters.length === 0) expectEnd(template, following)
  const inside = open.filter((block) => !block.inElse)
  checkNames(template, expression, options.names, {
    parameters: inside.flatMap((block) => block.parameters),
    hasItem: inside.some(({ name }) => name === 'each' || name === 'with'),
  })
  if (slots.length >= maxTags) throw templateError(template, tag.offset, `The template has more than ${maxTags} tags`)
  return slots.push({ expression, parameters }) - 1
}

/** `as |item index|`; nothing where there is none. */
function readParameters(template: TemplateSource, following: readonly Token[]): readonly string[] {
  const [word, bar, ...others] = following
  if (!isWord(word, 'as') || word === undefined) return []
  const names = others.flatMap((token) => (token.type === 'path' ? token.segments : []))
  const [closing, end] = others.slice(names.length)
  const isComplete = isBar(bar) && isBar(closing) && end?.type === 'end' && names.length > 0 && names.length <= 2
  if (isComplete) return names
  throw templateError(template, word.offset, 'Names of a block are written as |item| or as |item index|')
}

function isBar(token: Token | undefined): boolean {
  return token?.type === 'symbol' && token.text === '|'
}

function braces(content: string, trim: Trim): string {
  return `{{${trim.before ? '~' : ''}${content}${trim.after ? '~' : ''}}}`
}

/** Handlebars takes a `{{` after one backslash, and a tag after two, as this grammar does. */
function escapeText(text: string): string {
  const escaped = text.replaceAll('{{', '\\{{')
  return escaped.endsWith('\\') ? `${escaped}\\` : escaped
}
