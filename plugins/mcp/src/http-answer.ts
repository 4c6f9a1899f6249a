/** Of what a server says in place of a message, what is told. */
const maxTold = 200
/** Of that, what is looked at: a page may be long. */
const maxRead = 4000

/** What the client library puts before what a server over HTTP answered. */
const prefix = /^Streamable HTTP error: (?:Error POSTing to endpoint: )?/

/**
 * What a server over HTTP answered in place of a message: its status and one line of what it said, without the marks of
 * HTML. Undefined for any other error.
 */
export function httpAnswer(error: unknown): string | undefined {
  if (!(error instanceof Error) || !prefix.test(error.message)) return undefined
  const said = oneLine(error.message.replace(prefix, ''))
  const status = 'code' in error && typeof error.code === 'number' && error.code > 0 ? error.code : undefined
  if (status === undefined) return said
  return [`it answered with status ${status}`, ...(said === '' ? [] : [`it said: ${said}`])].join('; ')
}

/** The text of a page is shorter than its marks; those of its head are none of what it says. */
function oneLine(text: string): string {
  const line = text
    .slice(0, maxRead)
    .replace(/<(style|script)\b[\s\S]*?(?:<\/\1>|$)/gi, ' ')
    .replace(/<(?=[!/a-z])[^<>]*>?/gi, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  return line.length > maxTold ? `${line.slice(0, maxTold - 1)}…` : line
}
