import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { readAuditLine } from './audit-line.ts'
import { auditFiles } from './open-audit.ts'

/** What a check of the whole log found. */
export type AuditVerdict =
  | { readonly ok: true; readonly records: number; readonly chains: number; readonly head: string }
  | {
      readonly ok: false
      readonly file: string
      /** From 1. */
      readonly line: number
      readonly problem: string
      /** Records that were right before it. */
      readonly records: number
    }

/**
 * Reads the whole log and says where it is not as it was written: a changed line does not fit its hash; a removed, inserted or
 * reordered one breaks the chain at the line after it. The last lines of the last chain can be missing unseen, unless the caller holds a
 * `head()` from elsewhere and compares it: with `keptHead` the log has to hold the record of that hash.
 */
export async function verifyAudit(directory: string, keptHead?: string): Promise<AuditVerdict> {
  const hashByChain = new Map<string, { seq: number; hash: string }>()
  const known = new Set<string>()
  let records = 0
  let head = ''
  let end = { file: directory, line: 0 }
  for (const name of auditFiles(directory)) {
    const file = path.join(directory, name)
    const lines = (await readFile(file, 'utf8')).split('\n')
    const last = lines.pop()
    if (last !== '') lines.push(last ?? '')
    for (const [index, line] of lines.entries()) {
      const broken = (problem: string): AuditVerdict => ({ ok: false, file, line: index + 1, problem, records })
      // A process that saw another's append half way ended the line once more: no record stands there.
      if (line === '') continue
      const record = readAuditLine(line)
      if (record === undefined) return broken('the line was changed, or is torn')
      const before = hashByChain.get(record.chain)
      if (before === undefined) {
        if (record.seq !== 0) return broken('the lines before it in its chain are missing')
        if (record.prev !== '' && !known.has(record.prev)) return broken('the line that it follows is missing')
      } else if (record.seq !== before.seq + 1 || record.prev !== before.hash) {
        return broken(record.seq <= before.seq ? 'the line is out of order or doubled' : 'a line before it is missing')
      }
      hashByChain.set(record.chain, { seq: record.seq, hash: record.hash })
      known.add(record.hash)
      records += 1
      head = record.hash
      end = { file, line: index + 1 }
    }
  }
  if (keptHead !== undefined && !known.has(keptHead)) {
    return { ok: false, ...end, problem: 'the record that was kept as head is missing: lines were cut off', records }
  }
  return { ok: true, records, chains: hashByChain.size, head }
}
