import { type TemplateSource, templateError } from './template-source.ts'

/** A template in pieces: literal text, and what stands between `{{` and `}}`. Comments are tags without content. */
export type Segment =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'comment'; readonly trim: Trim }
  | {
      readonly type: 'tag'
      readonly content: string
      /** Offset of the opening braces, and of the content, in the template. */
      readonly offset: number
      readonly contentOffset: number
      readonly trim: Trim
    }

/** `{{~` and `~}}`: white space beside the tag goes. */
export interface Trim {
  readonly before: boolean
  readonly after: boolean
}

/**
 * Splits a template at its tags. `\{{` is a literal `{{`, and `\\{{` a backslash before a tag. Braces inside of a
 * string of a tag do not end it.
 * @throws CodexError `command.template` for a tag, comment or string that is not closed, and for `{{{{`
 */
export function splitTemplate(source: TemplateSource): readonly Segment[] {
  const segments: Segment[] = []
  let literal = ''
  let position = 0
  for (;;) {
    const open = source.text.indexOf('{{', position)
    if (open < 0) break
    const before = source.text.slice(position, open)
    if (before.endsWith('\\') && !before.endsWith('\\\\')) {
      literal += `${before.slice(0, -1)}{{`
      position = open + 2
      continue
    }
    literal += before.endsWith('\\\\') ? before.slice(0, -1) : before
    if (literal !== '') segments.push({ type: 'text', text: literal })
    literal = ''
    const tag = readTag(source, open)
    segments.push(tag.segment)
    position = tag.end
  }
  literal += source.text.slice(position)
  if (literal !== '') segments.push({ type: 'text', text: literal })
  return segments
}

function readTag(source: TemplateSource, offset: number): { segment: Segment; end: number } {
  const { text } = source
  if (text.startsWith('{{{{', offset)) {
    throw templateError(source, offset, 'Raw blocks {{{{ }}}} are not part of the template grammar', {
      hint: 'Write \\{{ for a literal {{.',
    })
  }
  const isTriple = text.startsWith('{{{', offset)
  const trimsBefore = !isTriple && text[offset + 2] === '~'
  const contentOffset = offset + (isTriple || trimsBefore ? 3 : 2)
  const isComment = !isTriple && text[contentOffset] === '!'
  const close = isTriple ? '}}}' : '}}'
  const end = isComment ? endOfComment(text, contentOffset) : endOfTag(source, contentOffset, close)
  if (end === undefined) {
    throw templateError(source, offset, isComment ? 'This comment is not closed' : 'This {{ is not closed', {
      hint: `Close it with ${isComment && text.startsWith('!--', contentOffset) ? '--}}' : close}, or write \\{{ for a literal {{.`,
    })
  }
  const trimsAfter = !isTriple && text[end - 1] === '~' && end - 1 >= contentOffset
  const trim = { before: trimsBefore, after: trimsAfter }
  if (isComment) return { segment: { type: 'comment', trim }, end: end + close.length }
  const content = text.slice(contentOffset, trimsAfter ? end - 1 : end)
  return { segment: { type: 'tag', content, offset, contentOffset, trim }, end: end + close.length }
}

/** Offset of the closing braces; `{{!--` ends at `--}}` or `--~}}`, so that it may hold tags. */
function endOfComment(text: string, contentOffset: number): number | undefined {
  const pattern = text.startsWith('!--', contentOffset) ? /--~?\}\}/g : /\}\}/g
  pattern.lastIndex = contentOffset + (text.startsWith('!--', contentOffset) ? 3 : 1)
  const match = pattern.exec(text)
  return match ? match.index + match[0].length - 2 : undefined
}

function endOfTag(source: TemplateSource, contentOffset: number, close: string): number | undefined {
  const { text } = source
  for (let position = contentOffset; position < text.length; position += 1) {
    const character = text.charAt(position)
    if (character === '"' || character === "'") position = endOfString(source, position)
    else if (text.startsWith(close, position)) return position
  }
  return undefined
}

/** Offset of the closing quote. A string ends on its line, so that a lone quote does not swallow the template. */
function endOfString(source: TemplateSource, start: number): number {
  const { text } = source
  for (let position = start + 1; position < text.length && text[position] !== '\n'; position += 1) {
    if (text[position] === '\\') position += 1
    else if (text[position] === text[start]) return position
  }
  throw templateError(source, start, 'This string is not closed on its line', { hint: `Close it with ${text[start]}.` })
}
