import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { CodexError } from '../../plugin-api/errors.ts'
import type { Finding } from '../../plugin-api/index.ts'

/** A baseline: findings that a person has accepted, so that only new ones count. */
const baselineSchema = z.strictObject({
  version: z.literal(1),
  findings: z.array(
    z.strictObject({
      fingerprint: z.string(),
      rule: z.string(),
      file: z.string(),
      line: z.int(),
      message: z.string(),
    }),
  ),
})

/** The fingerprints in a baseline. @throws CodexError `usage.arguments` for a file that is missing or no baseline */
export async function readBaseline(file: string): Promise<ReadonlySet<string>> {
  const hint = 'Write one: codex scan --baseline FILE --write-baseline.'
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (cause) {
    throw new CodexError('usage.arguments', `The baseline ${file} cannot be read`, { hint, cause })
  }
  const value = parseJson(text)
  if (value === undefined) throw new CodexError('usage.arguments', `${file} is no JSON`, { hint, location: { file } })
  const parsed = baselineSchema.safeParse(value)
  if (parsed.success) return new Set(parsed.data.findings.map(({ fingerprint }) => fingerprint))
  const problem = z.prettifyError(parsed.error).split('\n', 2).join(' ')
  throw new CodexError('usage.arguments', `${file} is no baseline: ${problem}`, { hint, location: { file } })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The text of a baseline, in an order that makes small differences of small changes. */
export function baselineText(findings: readonly Finding[]): string {
  const entries = findings
    .map(({ fingerprint, rule, file, range, message }) => ({
      fingerprint,
      rule,
      file,
      line: range.start.line,
      message,
    }))
    .toSorted((a, b) => compare(a.file, b.file) || compare(a.rule, b.rule) || compare(a.fingerprint, b.fingerprint))
  return `${JSON.stringify({ version: 1, findings: entries }, null, 2)}\n`
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
