import { createHash } from 'node:crypto'
import type { Finding, FoundSecret, ToolContext } from 'codex-kernel/plugin-api'
import { adviceOf } from './advice-of.ts'

/** A secret of a text as a finding, with the value beside it: it must not leave this run. */
export interface TextSecret {
  readonly value: string
  readonly finding: Finding
}

/** Where a text comes from. */
export interface TextPlace {
  readonly file: string
  /** Number of its first line. */
  readonly firstLine: number
}

const bareValueFiles =
  /(^|\/)(\.env[^/]*|[^/]*\.(env|ini|cfg|cnf|conf|config|properties|ya?ml|toml|sh|bash|zsh|tfvars|netrc|npmrc|pgpass|envrc)|\.(npmrc|netrc|pypirc|pgpass|envrc)|dockerfile[^/]*)$/i
const testFile =
  /(^|\/)(tests?|__tests__|spec|specs|fixtures|__mocks__|__snapshots__|testdata|test-data|mocks?|e2e|cypress|examples?|samples?)\/|[._-](test|spec)\.\w+$|(^|\/)(test_[^/]*|conftest|[^/]*_test)\.\w+$/i
/** Explains code with values that look like real ones. */
const documentation = /\.(md|mdx|rst|adoc|html?|d\.[cm]?ts|ipynb)$|(^|\/)METADATA$/i
const maxSnippetLength = 160

/** Secrets of a text, each once for each place; nothing of their values is in the findings but what is public. */
export async function findInText(text: string, place: TextPlace, ctx: ToolContext): Promise<readonly TextSecret[]> {
  const secrets = await ctx.findSecrets(text, { bareValues: bareValueFiles.test(place.file) })
  if (secrets.length === 0) return []
  const lineStarts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)]
  const repeats = new Map<string, number>()
  return secrets.map((secret) => {
    const value = text.slice(secret.start, secret.end)
    const start = positionOf(secret.start, lineStarts)
    const end = positionOf(secret.end, lineStarts)
    const context = snippetAt(text, secret, secrets, lineStarts[start.line - 1] ?? 0)
    const base = [secret.rule, place.file, context.replace(/\s+/g, '')].join('\u0000')
    const count = repeats.get(base) ?? 0
    repeats.set(base, count + 1)
    const isDoubtful = testFile.test(place.file) || (secret.guessable && documentation.test(place.file))
    const shift = place.firstLine - 1
    const finding: Finding = {
      rule: secret.rule,
      severity: isDoubtful ? 'low' : secret.confidence === 'high' ? 'high' : 'medium',
      confidence: isDoubtful ? 'low' : secret.confidence,
      message: ctx.redact(`${capitalized(secret.title)} stands in the file (${secret.shown})`),
      ...adviceOf(secret.rule),
      file: place.file,
      range: {
        start: { line: start.line + shift, column: start.column },
        end: { line: end.line + shift, column: end.column },
      },
      snippet: ctx.redact(context),
      flow: [],
      fingerprint: fingerprintOf(`${base}\u0000${count}`, secret, value),
    }
    return { value, finding }
  })
}

/**
 * Of the place alone where a person may have thought out the value: whoever has the fingerprint could try passwords
 * against it. A token of an issuer cannot be guessed, so that 32 bits of its hash tell that another one stands there.
 */
function fingerprintOf(base: string, { guessable }: FoundSecret, value: string): string {
  const hash = createHash('sha256').update(base)
  if (!guessable) hash.update(createHash('sha256').update(value).digest().subarray(0, 4))
  return hash.digest('hex').slice(0, 32)
}

/** The first line of a secret, with all secrets in it replaced by what may be shown. */
function snippetAt(text: string, secret: FoundSecret, all: readonly FoundSecret[], lineStart: number): string {
  const lineBreak = text.indexOf('\n', lineStart)
  const lineEnd = lineBreak < 0 ? text.length : lineBreak
  const parts: string[] = []
  let done = Math.max(lineStart, secret.start - maxSnippetLength)
  for (const { start, end, shown } of all) {
    if (end <= done || start >= lineEnd) continue
    parts.push(text.slice(done, Math.max(done, start)), shown)
    done = end
  }
  const rest = text.slice(Math.min(done, lineEnd), Math.min(lineEnd, done + maxSnippetLength))
  return [...parts, rest].join('').trim()
}

/** From 1; a column counts UTF-16 units. */
function positionOf(offset: number, lineStarts: readonly number[]): { line: number; column: number } {
  let [low, high] = [0, lineStarts.length - 1]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((lineStarts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return { line: low + 1, column: offset - (lineStarts[low] ?? 0) + 1 }
}

const capitalized = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`
