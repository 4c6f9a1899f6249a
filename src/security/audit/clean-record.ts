import { redactedMark } from '../redact.ts'
import type { AuditActor, AuditRecord } from './audit-record.ts'

interface Cleaners {
  /** Takes secrets out of a text. */
  redact(text: string): string
  /** Takes people's names out of a text. */
  hideNames(text: string): string
}

/** Fields whose texts come from lists of the program's own, or are ids that other records name: a user may be called `exec`. */
const ownWords: ReadonlySet<string> = new Set(
  'type outcome status kind change access approvedBy requestId reviewId reviewStatus thread turn of backend method'.split(
    ' ',
  ),
)

/** A record as it may be kept: without secrets and without people's names, however deep they stand. */
export function cleanRecord(
  record: AuditActor & AuditRecord,
  { redact, hideNames }: Cleaners,
): Record<string, unknown> {
  const visit = (part: unknown): unknown => {
    if (typeof part === 'string') return hideNames(redact(part))
    if (Array.isArray(part)) return part.map(visit)
    return typeof part === 'object' && part !== null ? visitFields(part) : part
  }
  const visitFields = (fields: object): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(fields).map(([key, value]) => [key, isOwnWord(key, value) ? value : visit(value)]),
    )
  return visitFields(withoutCutSecrets(record, redact))
}

function isOwnWord(key: string, value: unknown): boolean {
  return typeof value === 'string' && ownWords.has(key)
}

/** What is a secret for what stands around it in the script is none to a look at the word alone. */
function withoutCutSecrets(record: AuditActor & AuditRecord, redact: Cleaners['redact']): AuditActor & AuditRecord {
  if (record.type !== 'decision' || record.argv === undefined || record.action.kind !== 'exec') return record
  const { script } = record.action
  const clean = redact(script)
  if (clean === script) return record
  const isCut = (text: string) => script.includes(text) && !clean.includes(text) && redact(text) === text
  const word = (text: string) => (isCut(text) ? redactedMark : text)
  return { ...record, argv: record.argv.map((words) => words.map(word)) }
}
