/** Of tags; and what no reader sees, or what turns the order of what they see: it hides words from a person and not from a model. */
const unseen = /[<>\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|\p{Variation_Selector}|\p{Default_Ignorable_Code_Point}/gu

/**
 * A value as one line of JSON in which nothing can be a tag: `<` and `>` are escaped, and so is what cannot be seen. Text of others that stands
 * between two marks can so neither end there nor begin anew.
 */
export function dataText(value: unknown): string {
  return JSON.stringify(value).replace(unseen, escaped)
}

/** The beginning and the end of a text that is too long, and how much is not shown between them. */
export function cutText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text
  const head = Math.floor((maxLength * 2) / 3)
  const tail = maxLength - head
  return `${text.slice(0, head)}\n[${text.length - head - tail} characters are not shown]\n${text.slice(text.length - tail)}`
}

function escaped(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('')
}
