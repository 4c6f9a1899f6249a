import type { Env } from '../config/codex-home.ts'
import type { TraceContext } from '../plugin-api/trace.ts'

/** Where a turn stands: its own span, and the one that it belongs under. */
export interface TurnTraceContext {
  /** The span of the turn. */
  readonly own: TraceContext
  /** Absent: the turn begins a trace. */
  readonly parent?: TraceContext
  /** What was wrong with the trace context of the environment, which then counts as absent. */
  readonly problem?: string
}

/** W3C Trace Context, section 3.3: `tracestate` has at most so many members, and so many characters have to be passed on. */
const maxStateMembers = 32
const maxStateLength = 512

/**
 * The trace context of a turn: under that of whoever delegates to it, else under the one that the environment names
 * (TRACEPARENT, TRACESTATE), else the beginning of a trace whose id is the turn's. The turn's span is the last half of its id, 62 bits of
 * which are random.
 *
 * @param turnId a UUID of version 7
 */
export function turnTraceContext(turnId: string, given: TraceContext | undefined, env: Env): TurnTraceContext {
  const digits = turnId.replaceAll('-', '')
  const spanId = digits.slice(16)
  const read = given ? { parent: given } : readTraceContext(env)
  if (!read.parent) return { own: { traceId: digits, spanId, flags: '01' }, ...read }
  return { own: { ...read.parent, spanId }, parent: read.parent }
}

/** What TRACEPARENT and TRACESTATE say; nothing where they are not set. A broken state alone is left out, as the specification has it. */
function readTraceContext(env: Env): { readonly parent?: TraceContext; readonly problem?: string } {
  const parent = env.TRACEPARENT?.trim()
  if (parent === undefined || parent === '') return {}
  const [version = '', traceId = '', spanId = '', flags = '', ...more] = parent.split('-')
  const isRead =
    /^(?!ff)[0-9a-f]{2}$/.test(version) &&
    /^(?!0+$)[0-9a-f]{32}$/.test(traceId) &&
    /^(?!0+$)[0-9a-f]{16}$/.test(spanId) &&
    /^[0-9a-f]{2}$/.test(flags) &&
    (more.length === 0 || version !== '00')
  if (!isRead) {
    return {
      problem:
        'TRACEPARENT is no trace context (00-TRACE-SPAN-FLAGS, 32, 16 and 2 lower-case hexadecimal digits), so the turn begins a trace of its own',
    }
  }
  const state = readState(env.TRACESTATE)
  return { parent: { traceId, spanId, flags, ...(state !== undefined && { state }) } }
}

function readState(given: string | undefined): string | undefined {
  const members = (given ?? '').split(',').flatMap((member) => member.trim() || [])
  const isRead =
    members.length > 0 &&
    members.length <= maxStateMembers &&
    members.every((member) => /^[a-z0-9][a-z0-9_\-*/@]{0,255}=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{1,256}$/.test(member))
  const state = members.join(',')
  return isRead && state.length <= maxStateLength ? state : undefined
}
