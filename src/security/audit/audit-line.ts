import { createHash } from 'node:crypto'

/** The fields that chain a line to the one before it. */
export interface ChainFields {
  /** Id of the chain: one for each opened log. */
  readonly chain: string
  /** Position in the chain, from 0. */
  readonly seq: number
  /** Hash of the line before in this chain; for the first, of the line that stood last in the log (empty in a new log). */
  readonly prev: string
}

const hashSuffix = /,"hash":"([0-9a-f]{64})"\}$/

/** One line without its line end; `hash` covers every byte before it, the hash of the line before included. */
export function writeAuditLine(
  chain: ChainFields,
  fields: Readonly<Record<string, unknown>>,
): { line: string; hash: string } {
  const body = JSON.stringify({ ...chain, ...fields }).slice(0, -1)
  const hash = createHash('sha256').update(body).digest('hex')
  return { line: `${body},"hash":"${hash}"}`, hash }
}

/** Reads a line back; undefined where it is no audit line or its hash does not fit its bytes. */
export function readAuditLine(line: string): (ChainFields & { readonly hash: string }) | undefined {
  const hash = hashSuffix.exec(line)?.[1]
  if (hash === undefined) return undefined
  const body = line.replace(hashSuffix, '')
  if (createHash('sha256').update(body).digest('hex') !== hash) return undefined
  const value = parseObject(line)
  if (value === undefined || !('chain' in value) || !('seq' in value) || !('prev' in value)) return undefined
  const { chain, seq, prev } = value
  if (typeof chain !== 'string' || typeof seq !== 'number' || typeof prev !== 'string') return undefined
  return { chain, seq, prev, hash }
}

function parseObject(line: string): object | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}
