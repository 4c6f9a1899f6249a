/** A piece of a Seatbelt profile: a token, or a list of pieces. Tokens come from this program alone; paths are parameters. */
export type Form = string | readonly Form[]

const maxLineLength = 110

/** The text of a list of forms, one below the other. */
export function profileText(forms: readonly Form[]): string {
  return `${forms.map((form) => printed(form, '')).join('\n')}\n`
}

/**
 * A string of ours as a token. Nothing that could end the string passes, so that no caller can say more than one token.
 * @throws RangeError for a character that needs an escape
 */
export function quoted(text: string): string {
  if (!/^[\w ./:*@-]+$/.test(text)) throw new RangeError(`${JSON.stringify(text)} cannot stand in a profile`)
  return `"${text}"`
}

/** A regular expression of ours as a token. @throws RangeError for a quote, a line end, or a backslash before anything but a dot */
export function pattern(source: string): string {
  if (!/^(?:[\w ./~^$*+?()[\]-]|\\\.)+$/.test(source))
    throw new RangeError(`${JSON.stringify(source)} cannot stand in a profile`)
  return `#"${source}"`
}

function printed(form: Form, indent: string): string {
  if (typeof form === 'string') return form
  const inline = `(${form.map((part) => printed(part, '')).join(' ')})`
  if (indent.length + inline.length <= maxLineLength && !inline.includes('\n')) return inline
  const inner = `${indent}  `
  // Operations stand beside the verb, their filters below.
  const firstFilter = form.findIndex((part) => typeof part !== 'string')
  const head = form.slice(0, firstFilter).join(' ')
  const rest = form.slice(firstFilter).map((part) => `${inner}${printed(part, inner)}`)
  return `(${[head, ...rest].join('\n')})`
}
