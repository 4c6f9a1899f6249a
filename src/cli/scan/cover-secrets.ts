import { type Finding, kindOfFinding, type Range } from '../../plugin-api/index.ts'
import type { SecretPlace } from '../../security/secret-places.ts'
import { createValueFinder } from './known-values.ts'

/** Covers the secrets of a scan, wherever they stand in what is shown. */
export interface SecretCover {
  /** The texts of the files, a `*` for each character of a secret, so that places stay. */
  readonly texts: ReadonlyMap<string, string>
  /** The finding with `[redacted]` in the place of secrets, and without edits that would write one. */
  finding(finding: Finding): Finding
}

const mark = '[redacted]'

/** True where what the finding is about is a credential, or one stands in its code. */
export function holdsSecret(finding: Finding): boolean {
  return kindOfFinding(finding) === 'secret' || (finding.snippet?.includes('[redacted') ?? false)
}

/**
 * What `secretPlaces` finds and what findings are about is covered where it stands, and in every other text and finding as well: one
 * file may quote what another one assigns.
 *
 * @param texts by file, as they are
 * @param findings all of the scan, also those that are not shown
 */
export function coverSecrets(
  texts: ReadonlyMap<string, string>,
  findings: readonly Finding[],
  secretPlaces: (text: string) => readonly SecretPlace[],
): SecretCover {
  const aboutSecrets = findings.filter((finding) => finding.commit === undefined && holdsSecret(finding))
  const byFile = Map.groupBy(aboutSecrets, ({ file }) => file)
  const values = new Set<string>()
  const placesOf = new Map<string, readonly SecretPlace[]>()
  for (const [file, text] of texts) {
    const seen = secretPlaces(text)
    const named = (byFile.get(file) ?? []).flatMap((finding) => placesIn(finding, text))
    placesOf.set(file, [...seen, ...named])
    for (const { start, end } of seen) addValue(values, text.slice(start, end))
    for (const { start, end } of named) addValue(values, text.slice(start, end))
  }
  const findValues = createValueFinder(values)
  const redact = (text: string): string => withMark(text, [...findValues(text), ...secretPlaces(text)])
  return {
    texts: new Map(
      [...texts].map(([file, text]) => [file, withStars(text, [...(placesOf.get(file) ?? []), ...findValues(text)])]),
    ),
    finding: (finding) => redacted(finding, redact),
  }
}

function redacted(finding: Finding, redact: (text: string) => string): Finding {
  const { message, snippet, flow, fix } = finding
  return {
    ...finding,
    message: redact(message),
    ...(snippet !== undefined && { snippet: redact(snippet) }),
    flow: flow.map((step) => ({ ...step, message: redact(step.message) })),
    ...(fix && {
      fix: {
        description: redact(fix.description),
        edits: fix.edits.every(({ text }) => redact(text) === text) ? fix.edits : [],
      },
    }),
  }
}

/** A key has several lines, each of which tells something of it. */
function addValue(values: Set<string>, text: string): void {
  for (const line of text.split(/\r?\n|\\n/)) {
    if (!line.startsWith('-----') && !isWord(line.trim())) values.add(line.trim())
  }
}

/** `password`, `sha256`, `aes-256-cbc`, `test_user`: covered where it is a credential, and elsewhere a word like others. */
function isWord(text: string): boolean {
  const isShort = text.length < 8 && !/[^\w.-]/.test(text)
  return isShort || (text.length < 16 && /^[A-Za-z]*([-_. ]([A-Za-z]+|\d{1,4}))*$/.test(text))
}

/** What the finding's own snippet leaves out of the text; all of the range where it is the credential itself. */
function placesIn({ rule, range, snippet = '' }: Finding, text: string): readonly SecretPlace[] {
  const { start, end } = offsetsOf(range, text)
  if (rule.startsWith('secret-')) return [{ start, end }]
  const parts = snippet.replace(/ …$/, '').split('[redacted]')
  if (parts.length === 1) return []
  const places: SecretPlace[] = []
  let at = start + (text.startsWith(parts[0] ?? '', start) ? (parts[0] ?? '').length : 0)
  for (const part of parts.slice(1)) {
    // Behind the last one there may be nothing to look for.
    const next = part === '' ? end : text.indexOf(part, at + 1)
    // What cannot be told from the code beside it is covered with it.
    if (next < 0 || next > end) return [...places, { start: at, end }]
    places.push({ start: at, end: next })
    at = next + part.length
  }
  return places
}

function offsetsOf({ start, end }: Range, text: string): SecretPlace {
  const lines = text.split('\n', end.line)
  const offsetOf = ({ line, column }: Range['start']): number => {
    const before = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0)
    return Math.min(before + column - 1, text.length)
  }
  return { start: offsetOf(start), end: offsetOf(end) }
}

function withStars(text: string, places: readonly SecretPlace[]): string {
  return replaced(text, places, (secret) => secret.replace(/\S/g, '*'))
}

function withMark(text: string, places: readonly SecretPlace[]): string {
  return replaced(text, places, () => mark)
}

/** What overlaps is one secret. */
function replaced(text: string, places: readonly SecretPlace[], shown: (secret: string) => string): string {
  const parts: string[] = []
  let done = 0
  for (const { start, end } of places.toSorted((a, b) => a.start - b.start)) {
    if (end <= done) continue
    const from = Math.max(start, done)
    parts.push(
      text.slice(done, from),
      start < done ? shown(text.slice(from, end)).replace(mark, '') : shown(text.slice(from, end)),
    )
    done = end
  }
  return done === 0 ? text : [...parts, text.slice(done)].join('')
}
