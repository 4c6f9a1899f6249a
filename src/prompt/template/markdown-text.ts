/** A text of somebody else's as code in Markdown (CommonMark 6.1): on one line, and within more backticks than it has in a row. */
export function markdownCode(text: string): string {
  const line = onOneLine(text)
  if (line === '') return ''
  const ticks = '`'.repeat(Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length)) + 1)
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : ''
  return `${ticks}${pad}${line}${pad}${ticks}`
}

/** A text of somebody else's in a line of Markdown: on one line; code in backticks stays code, and no other markup or HTML counts. */
export function markdownPlain(text: string): string {
  return onOneLine(text)
    .split(/((?<!`)`[^`]+`(?!`))/)
    .map((part, index) => (index % 2 === 1 ? part : escaped(part)))
    .join('')
}

/** `my_name` stays as it is. */
const escaped = (text: string): string =>
  text.replace(/[\\`*[\]<>|~]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\$&').replace(/&(?=#?\w+;)/g, '\\&')

/** Line ends and other control characters are a blank, and what turns the direction of writing is not there. */
function onOneLine(text: string): string {
  return text
    .replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '')
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim()
}
