import { isCodexError } from '../../plugin-api/errors.ts'
import type { RelayTarget } from './relay-target.ts'
import { authorityOf } from './relay-target.ts'

/** Why a command does not reach what it asked for, in the words of each protocol. */
export interface Refusal {
  /** Of HTTP (RFC 9110, section 15). */
  readonly status: 400 | 403 | 502 | 504
  /** Of SOCKS (RFC 1928, section 6). */
  readonly reply: 1 | 2 | 4 | 5
  /** For whoever reads the output of the command. */
  readonly text: string
}

/** Codes of a lookup or connection that says that nobody is there in time. */
const timeouts: ReadonlySet<string> = new Set(['ETIMEDOUT', 'ETIMEOUT', 'EAI_AGAIN', 'ABORT_ERR'])

/** What is said of an error on the way to a target. */
export function refusalOf(error: unknown, target: RelayTarget): Refusal {
  if (isCodexError(error)) {
    const text = `codex: ${error.message}${error.hint === undefined ? '' : `. ${error.hint}`}`
    return { status: 403, reply: 2, text }
  }
  const code = codeOf(error)
  const where = authorityOf(target)
  if (timeouts.has(code) || (error instanceof Error && error.name === 'TimeoutError')) {
    return { status: 504, reply: 4, text: `codex: ${where} does not answer in time (${code})` }
  }
  return { status: 502, reply: code === 'ECONNREFUSED' ? 5 : 4, text: `codex: ${where} cannot be reached (${code})` }
}

function codeOf(error: unknown): string {
  if (error instanceof AggregateError) return codeOf(error.errors[0])
  if (!(error instanceof Error)) return 'error'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}
