import type { ThreadTrace, TracedPiece, TracedTurn, Usage } from '../../plugin-api/index.ts'

/** What a request cost in US dollars; undefined where its price is not known. */
export type CostOf = (provider: string, model: string, usage: Usage) => number | undefined

/** A trace with what its requests and turns cost, as far as prices are known. */
export function priceTrace(trace: ThreadTrace, costOf: CostOf): ThreadTrace {
  return {
    ...trace,
    turns: trace.turns.map((turn) => pricedTurn(turn, costOf)),
    threads: trace.threads.map((child) => priceTrace(child, costOf)),
  }
}

function pricedTurn(turn: TracedTurn, costOf: CostOf): TracedTurn {
  const pieces = turn.pieces.map((piece) => pricedPiece(piece, costOf))
  const requests = requestsIn(pieces).filter(({ usage }) => usage !== undefined)
  const costs = requests.flatMap(({ cost }) => cost ?? [])
  const isKnown = requests.length > 0 && costs.length === requests.length
  return { ...turn, pieces, ...(isKnown && { cost: costs.reduce((sum, cost) => sum + cost, 0) }) }
}

function pricedPiece(piece: TracedPiece, costOf: CostOf): TracedPiece {
  const cost = piece.usage && costOf(piece.provider ?? '', piece.name, piece.usage)
  return {
    ...piece,
    ...(cost !== undefined && { cost }),
    pieces: piece.pieces.map((inner) => pricedPiece(inner, costOf)),
    threads: piece.threads.map((child) => priceTrace(child, costOf)),
  }
}

/** The requests among pieces, however deep; not those of threads that work was handed to. */
export function requestsIn(pieces: readonly TracedPiece[]): readonly TracedPiece[] {
  return pieces.flatMap((piece) => [...(piece.kind === 'request' ? [piece] : []), ...requestsIn(piece.pieces)])
}

/** The pairs of provider and model that a trace asked, with threads that it handed work to. */
export function modelsIn(trace: ThreadTrace): readonly { readonly provider: string; readonly model: string }[] {
  const ofPieces = (pieces: readonly TracedPiece[]): readonly { provider: string; model: string }[] =>
    pieces.flatMap((piece) => [
      ...(piece.kind === 'request' ? [{ provider: piece.provider ?? '', model: piece.name }] : []),
      ...ofPieces(piece.pieces),
      ...piece.threads.flatMap(modelsIn),
    ])
  return [...trace.turns.flatMap(({ pieces }) => ofPieces(pieces)), ...trace.threads.flatMap(modelsIn)]
}
