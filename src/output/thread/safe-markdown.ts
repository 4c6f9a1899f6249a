/** Schemes that run or carry a document of their own, where a link may lead. */
const unsafeTarget = /(\]\(\s*<?\s*|^\s{0,3}\[[^\]]+\]:\s*<?\s*)(?=(?:javascript|vbscript|data):)/gim

/**
 * Markdown of others that shows, and does nothing else: outside of code no HTML, no image (a page that loads one tells its server
 * who reads it), no link that runs something. What stands in code stays as it is.
 */
export function safeMarkdown(text: string): string {
  let fence: string | undefined
  let prose: string[] = []
  const parts: string[] = []
  const flush = () => {
    if (prose.length > 0) parts.push(safeProse(prose.join('\n')))
    prose = []
  }
  for (const line of text.split('\n')) {
    const mark = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line)
    if (fence !== undefined) {
      parts.push(line)
      const isEnd = mark?.[1]?.startsWith(fence) === true && mark[2]?.trim() === ''
      if (isEnd) fence = undefined
      continue
    }
    // A fence of backticks has none behind it (CommonMark 4.5).
    if (mark?.[1] !== undefined && !(mark[1].startsWith('`') && mark[2]?.includes('`'))) {
      flush()
      fence = mark[1]
      parts.push(line)
    } else prose.push(line)
  }
  flush()
  if (fence !== undefined) parts.push(fence) // what comes behind is another's
  return parts.join('\n')
}

/** Code in a line stays; a run of backticks that nothing ends is text (CommonMark 6.1). */
function safeProse(text: string): string {
  return text
    .split(/((?<!`)(`+)(?!`)(?:[^`]|(?!(?<!`)\2(?!`))`)*?(?<!`)\2(?!`))/)
    .flatMap((part, index) => (index % 3 === 0 ? [withoutMarkup(part)] : index % 3 === 1 ? [part] : []))
    .join('')
}

function withoutMarkup(text: string): string {
  return text
    .replaceAll(/&(?=#|[a-z][a-z0-9]*;)/gi, '&amp;')
    .replaceAll(/<(?=[a-z/!?])/gi, '&lt;')
    .replaceAll(/!(?=\[)/g, '\\!')
    .replaceAll(unsafeTarget, '$1unsafe:')
}
