import type { ThreadSummary, ThreadTrace, TracedPiece, TracedTurn } from '../../plugin-api/index.ts'
import type { RolloutLine } from '../rollout-lines.ts'
import { traceOfLines } from './trace-of-lines.ts'

export interface TraceDeps {
  /** Of the record of a thread; undefined for a line that cannot be read. */
  lines(thread: ThreadSummary): Iterable<RolloutLine | undefined>
  /** The threads that it handed work to. */
  children(id: string): readonly ThreadSummary[]
}

/** Agents hand work on three deep; records of others may name each other. */
const maxDepth = 8

/** A thread by time, with the threads that it handed work to in the calls that did so, as far as that is known. */
export function traceThread(thread: ThreadSummary, deps: TraceDeps, signal: AbortSignal, depth = 0): ThreadTrace {
  let unreadable = 0
  const { turns, jumps } = traceOfLines(
    (function* () {
      for (const line of deps.lines(thread)) {
        signal.throwIfAborted()
        if (line === undefined) unreadable += 1
        else yield line
      }
    })(),
  )
  const found = depth >= maxDepth ? [] : deps.children(thread.id)
  const traced = found.map((child) => traceThread(child, deps, signal, depth + 1))
  const children = traced.toSorted((a, b) => (a.thread.created < b.thread.created ? -1 : 1))
  const placed = new Set<ThreadTrace>()
  const own = turns.map((turn) => ({
    ...turn,
    pieces: turn.pieces.map((piece) => withThreads(piece, children, placed)),
  }))
  return {
    thread,
    turns: own,
    threads: children.filter((child) => !placed.has(child)),
    problems: [
      ...(unreadable > 0
        ? [`${linesOf(unreadable)} of the record cannot be read and ${unreadable === 1 ? 'is' : 'are'} left out`]
        : []),
      ...(jumps > 0 ? ['The clock went back while the thread ran, so times between pieces may not be true'] : []),
    ],
  }
}

/** A call with the threads whose turns belong under its span; where nothing was measured, with those that began while it ran. */
function withThreads(piece: TracedPiece, children: readonly ThreadTrace[], placed: Set<ThreadTrace>): TracedPiece {
  const pieces = piece.pieces.map((inner) => withThreads(inner, children, placed))
  if (piece.kind !== 'tool_call') return { ...piece, pieces }
  const threads = children.filter((child) => !placed.has(child) && isUnder(child, piece))
  for (const child of threads) placed.add(child)
  return { ...piece, pieces, threads }
}

function isUnder({ thread, turns }: ThreadTrace, { spanId, started, durationMs }: TracedPiece): boolean {
  const parents = turns.flatMap(({ parentSpanId }: TracedTurn) => parentSpanId ?? [])
  if (spanId !== undefined && parents.length > 0) return parents.includes(spanId)
  const begun = Date.parse(thread.created)
  const from = Date.parse(started)
  return begun >= from && (durationMs === undefined || begun <= from + durationMs)
}

function linesOf(count: number): string {
  return count === 1 ? '1 line' : `${count} lines`
}
