/** A tag of an XML text: `end` alone for `</a>`; a tag that closes itself comes as both. */
export interface XmlTag {
  readonly name: string
  readonly isEnd: boolean
  readonly attributes: Readonly<Record<string, string>>
}

const tags = /<(\/?)([A-Za-z_][\w.\-:]*)((?:\s+[\w.\-:]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/g
const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

/** The tags of a report that a program wrote, in order. Texts, comments, declarations and entities of its own are passed over: nothing is expanded and nothing is fetched. */
export function* readXml(text: string): Generator<XmlTag> {
  for (const [, slash = '', name = '', written = '', closing = ''] of withoutComments(text).matchAll(tags)) {
    if (slash === '') yield { name, isEnd: false, attributes: attributesOf(written) }
    if (slash !== '' || closing !== '') yield { name, isEnd: true, attributes: {} }
  }
}

function attributesOf(written: string): Readonly<Record<string, string>> {
  const pairs = [...written.matchAll(/([\w.\-:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)]
  return Object.fromEntries(pairs.map(([, name = '', double, single]) => [name, decoded(double ?? single ?? '')]))
}

function decoded(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([0-9a-fA-F]+)|(\w+));/g, (whole, decimal, hex, name) => {
    if (name !== undefined) return entities[name] ?? whole
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal)
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
}

function withoutComments(text: string): string {
  const parts: string[] = []
  for (let at = 0; at < text.length; ) {
    const start = text.indexOf('<!--', at)
    const end = start < 0 ? -1 : text.indexOf('-->', start)
    parts.push(text.slice(at, start < 0 ? text.length : start))
    at = end < 0 ? text.length : end + 3
  }
  return parts.join('')
}
