import { hash as hashOnce } from 'node:crypto'

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
  const hash = hashOnce('sha256', body)
  return { line: `${body},"hash":"${hash}"}`, hash }
}

/** What a line says of its place in the log. */
export interface LineFields extends ChainFields {
  readonly hash: string
  /** Of the form: 1 had no heads. */
  readonly version: number
  /** Lines of its chain that were written with it, behind it. */
  readonly more: number
}

/** Reads a line back; undefined where it is no audit line or its hash does not fit its bytes. */
export function readAuditLine(line: string): LineFields | undefined {
  const hash = hashSuffix.exec(line)?.[1]
  if (hash === undefined) return undefined
  const body = line.replace(hashSuffix, '')
  if (hashOnce('sha256', body) !== hash) return undefined
  const value = parseObject(line)
  if (value === undefined || !('chain' in value) || !('seq' in value) || !('prev' in value)) return undefined
  const { chain, seq, prev } = value
  if (typeof chain !== 'string' || typeof seq !== 'number' || typeof prev !== 'string') return undefined
  const version = 'v' in value && typeof value.v === 'number' ? value.v : 1
  const more = 'more' in value && typeof value.more === 'number' ? value.more : 0
  return { chain, seq, prev, hash, version, more }
}

const lineStart = '{"chain":"'

/** Whether this is a line that was cut short, and as much of its chain as is left; undefined for anything else. */
export function beginningOfLine(line: string): { readonly chain: string | undefined } | undefined {
  if (hashSuffix.test(line) || parseObject(line) !== undefined) return undefined
  if (!line.startsWith(lineStart)) return lineStart.startsWith(line) ? { chain: undefined } : undefined
  return { chain: /^\{"chain":"([0-9a-f]+)"/.exec(line)?.[1] }
}

function parseObject(line: string): object | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}
