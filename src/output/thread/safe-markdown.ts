/**
 * Markdown of others that shows, and does nothing else: outside of code no HTML, no image (a page that loads one tells its server
 * who reads it), no link. What stands in code stays as it is; where programs could differ on what is code, nothing is.
 */
export function safeMarkdown(text: string): string {
  const lines: string[] = []
  let fence: Fence | undefined
  for (const line of text.split('\n')) {
    const indent = /^\s*/.exec(line)?.[0].length ?? 0
    // A line that stands further left may have ended the list item that the fence stands in, and the fence with it.
    if (fence && line.trim() !== '' && indent < fence.indent && !isEnd(line, fence)) {
      lines.push(fenceLine(fence))
      fence = undefined
    }
    if (fence) {
      const ends = isEnd(line, fence)
      lines.push(ends ? fenceLine(fence) : line.slice(Math.min(indent, fence.dedent)))
      if (ends) fence = undefined
      continue
    }
    fence = fenceOf(line)
    lines.push(fence ? fenceLine(fence, fence.info) : safeProse(line))
  }
  if (fence) lines.push(fenceLine(fence)) // what comes behind is another's
  return lines.join('\n')
}

/** A block of code, written so that every program sees it begin and end where we do. */
interface Fence {
  /** At most three spaces: further in it would be the text of a paragraph, or code of another kind. */
  readonly indent: number
  /** So many columns come off its lines, because its own mark stood further in. */
  readonly dedent: number
  readonly mark: string
  /** The name of the language alone. */
  readonly info: string
}

/** A fence of backticks has none behind it (CommonMark 4.5). */
function fenceOf(line: string): Fence | undefined {
  const [, space = '', mark = '', info = ''] = /^([ \t]*)(`{3,}(?=[^`]*$)|~{3,})(.*)$/.exec(line) ?? []
  if (mark === '') return undefined
  const indent = space.includes('\t') ? 3 : Math.min(space.length, 3)
  return { indent, dedent: space.length - indent, mark, info: /^[\w+#.-]*/.exec(info.trim())?.[0] ?? '' }
}

function fenceLine({ indent, mark }: Fence, info = ''): string {
  return `${' '.repeat(indent)}${mark}${info}`
}

function isEnd(line: string, { mark }: Fence): boolean {
  const text = line.trim()
  return text.startsWith(mark) && text.replaceAll(mark.charAt(0), '') === ''
}

/**
 * A line without markup that acts. Code of one line stays, where it has no sign that ends a table's cell, nothing like a link
 * (some programs take that first) and no long run of backticks; all other backticks are text, so that none begins code that would have a part of our code in it.
 */
function safeProse(line: string): string {
  let safe = ''
  for (let at = 0; at < line.length; ) {
    const rest = line.slice(at)
    const [kept] =
      /^\\[!-/:-@[-`{-~]/.exec(rest) ?? // is text already
      /^(?:`(?:[^`|\]]|\](?!\())+`|``(?!`)(?:[^`|\]]|`(?!`)|\](?!\())+``)(?!`)/.exec(rest) ??
      []
    if (kept !== undefined) {
      safe += kept
      at += kept.length
      continue
    }
    const [sign = ''] = /^`+/.exec(rest) ?? [rest.charAt(0)]
    safe += asText(sign, rest)
    at += sign.length
  }
  return safe
}

/** Links and images have `](` in them, or are defined by `]:` elsewhere (CommonMark 6.3, 4.7). */
function asText(sign: string, rest: string): string {
  if (sign.startsWith('`')) return '\\`'.repeat(sign.length)
  if (sign === ']' && /^\][(:]/.test(rest)) return '\\]'
  if (sign === '<' && /^<[a-z/!?]/i.test(rest)) return '&lt;'
  if (sign === '&' && /^&(?:#|[a-z][a-z0-9]*;)/i.test(rest)) return '&amp;'
  return sign
}
