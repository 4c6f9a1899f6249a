import { beginningOfLine, type LineFields, readAuditLine } from './audit-line.ts'
import type { AuditPlace } from './audit-place.ts'
import type { Head } from './open-heads.ts'
import { readHeads } from './read-heads.ts'
import { monthLines, monthPaths } from './read-month.ts'

/** What a check of the whole log found. */
export type AuditVerdict =
  | {
      readonly ok: true
      readonly records: number
      readonly chains: number
      /** Hash of the newest record. */
      readonly head: string
      /** Chains of an earlier form, which have no heads: their ends can be missing unseen. */
      readonly chainsWithoutHeads: number
      /** Lines that a crash, a full disk or a loss of power cut short while they were written. */
      readonly torn: readonly AuditLinePlace[]
    }
  | (AuditLinePlace & {
      readonly ok: false
      readonly problem: string
      /** Records that were right before it. */
      readonly records: number
    })

export interface AuditLinePlace {
  readonly file: string
  /** From 1; 0 where no line of the log is meant. */
  readonly line: number
}

/**
 * Reads the whole log and says where it is not as it was written: a changed line does not fit its hash; a removed, inserted or
 * reordered one breaks the chain at the line after it; an end that was cut off, and a log that was written anew, do not fit the heads that
 * are kept apart. Who changed those as well is found by a `head()` from elsewhere: with `keptHead` the log has to hold its record.
 * @throws CodexError `audit.unreadable`
 */
export async function verifyAudit(place: AuditPlace, keptHead?: string): Promise<AuditVerdict> {
  // Others may write meanwhile: what stood in the heads before has to be in the log, and what is in the log in the heads after.
  const headsBefore = await readHeads(place.headsDir)
  const read = await readLog(place.logDir)
  if ('problem' in read) return read
  const problem = problemOfEnds(read, headsBefore, await readHeads(place.headsDir))
  const { records, chains, hashes, head, end, torn } = read
  if (problem !== undefined) {
    return {
      ok: false,
      ...(tornOf(problem.chain, torn) ?? problem.place ?? { file: place.headsDir, line: 0 }),
      problem: problem.text,
      records,
    }
  }
  if (keptHead !== undefined && !hashes.has(keptHead)) {
    return { ok: false, ...end, problem: 'the record that was kept as head is missing: lines were cut off', records }
  }
  const chainsWithoutHeads = [...chains.values()].filter(({ hasHeads }) => !hasHeads).length
  return {
    ...{ ok: true, records, chains: chains.size, head, chainsWithoutHeads },
    torn: torn.map(({ file, line }) => ({ file, line })),
  }
}

/** The newest record of a chain. */
interface ChainEnd extends Head {
  /** The first record of the write that it came with: its number, and the hash that this one follows. */
  readonly write: { readonly seq: number; readonly prev: string; readonly lastSeq: number }
  readonly hasHeads: boolean
  readonly place: AuditLinePlace
}

interface TornLine extends AuditLinePlace {
  /** Where as much is left of the line. */
  readonly chain: string | undefined
}

interface ReadLog {
  readonly records: number
  readonly chains: ReadonlyMap<string, ChainEnd>
  readonly hashes: ReadonlySet<string>
  readonly head: string
  readonly end: AuditLinePlace
  readonly torn: readonly TornLine[]
}

async function readLog(directory: string): Promise<ReadLog | Extract<AuditVerdict, { ok: false }>> {
  const chains = new Map<string, ChainEnd>()
  const hashes = new Set<string>()
  const torn: TornLine[] = []
  let records = 0
  let head = ''
  let end: AuditLinePlace = { file: directory, line: 0 }
  for (const file of monthPaths(directory)) {
    let number = 0
    for await (const line of monthLines(file)) {
      number += 1
      const place = { file, line: number }
      const broken = (problem: string, at: AuditLinePlace = place) => {
        const { file, line } = at
        return { ok: false as const, file, line, problem, records }
      }
      // The end of a file; or a process that saw another's append half way ended the line once more: no record stands there.
      if (line === '') continue
      const record = readAuditLine(line)
      if (record === undefined) {
        const beginning = beginningOfLine(line)
        if (beginning === undefined) return broken(changedOrTorn)
        torn.push({ ...place, chain: beginning.chain })
        continue
      }
      const before = chains.get(record.chain)
      const gap = () => tornOf(record.chain, torn)
      if (before === undefined) {
        if (record.seq !== 0)
          return broken(gap() ? changedOrTorn : 'the lines before it in its chain are missing', gap())
        if (record.prev !== '' && !hashes.has(record.prev)) {
          return broken(torn.length > 0 ? changedOrTorn : 'the line that it follows is missing', torn.at(-1))
        }
      } else if (record.seq <= before.seq) {
        return broken('the line is out of order or doubled')
      } else if (record.seq !== before.seq + 1 || record.prev !== before.hash) {
        return broken(gap() ? changedOrTorn : 'a line before it is missing', gap())
      }
      chains.set(record.chain, {
        seq: record.seq,
        hash: record.hash,
        write: before && record.seq <= before.write.lastSeq ? before.write : writeFrom(record),
        hasHeads: record.version >= 2,
        place,
      })
      hashes.add(record.hash)
      records += 1
      head = record.hash
      end = place
    }
  }
  // Without heads nothing says that such a line was never whole.
  const lost = torn.find(({ chain }) => chain !== undefined && chains.get(chain)?.hasHeads === false)
  if (lost) return { ok: false, file: lost.file, line: lost.line, problem: changedOrTorn, records }
  return { records, chains, hashes, head, end, torn }
}

const changedOrTorn = 'the line was changed, or is torn'

/** The torn line that a missing record of a chain could be. */
function tornOf(chain: string, torn: readonly TornLine[]): AuditLinePlace | undefined {
  const found = torn.findLast((each) => each.chain === chain) ?? torn.findLast((each) => each.chain === undefined)
  return found && { file: found.file, line: found.line }
}

/** Whether each chain ends where its head says, and each head has its chain. */
function problemOfEnds(
  { chains }: ReadLog,
  before: ReadonlyMap<string, Head>,
  after: ReadonlyMap<string, Head>,
): { readonly chain: string; readonly place?: AuditLinePlace; readonly text: string } | undefined {
  for (const [chain, head] of before) {
    const end = chains.get(chain)
    if (end === undefined) return { chain, text: `all records of chain ${chain} are missing, which its head names` }
    const { place } = end
    if (end.seq < head.seq) {
      return {
        chain,
        place,
        text: `later records of its chain (${head.seq - end.seq}) are missing, which its head names`,
      }
    }
    if (isOther(end, head)) return { chain, place, text: writtenAnew }
  }
  for (const [chain, end] of chains) {
    const { place } = end
    if (!end.hasHeads) continue
    // A crash can come between a write and its head.
    const head = after.get(chain)
    const headSeq = head?.seq ?? -1
    if (head && isOther(end, head)) return { chain, place, text: writtenAnew }
    if (headSeq < 0 && end.write.seq > 0) return { chain, place, text: 'the heads of its chain are missing' }
    if (end.write.seq > headSeq + 1)
      return { chain, place, text: `its chain goes on behind its head, which names record ${headSeq}` }
  }
  return undefined
}

const writtenAnew = 'the line is not the one that its head names: the chain was written anew'

/** Whether a chain that reaches its head, or is one write ahead of it, does not hold it. */
function isOther({ seq, hash, write }: ChainEnd, head: Head): boolean {
  return (seq === head.seq && hash !== head.hash) || (write.seq === head.seq + 1 && write.prev !== head.hash)
}

function writeFrom({ seq, prev, more }: LineFields): ChainEnd['write'] {
  return { seq, prev, lastSeq: seq + more }
}
