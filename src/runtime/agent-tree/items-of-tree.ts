import { untilAborted } from '../../kernel/until-aborted.ts'
import type { TurnDeps, TurnTools } from '../../thread/turn.ts'
import type { ItemLedger } from '../../tools/index.ts'
import type { ItemsBesides } from '../../tools/items-besides.ts'

/** The tools of the thread whose stream shows what comes besides: it is shown while a call waits. */
export function withItemsBesides(tools: TurnTools, items: ItemsBesides, ledger: ItemLedger): TurnTools {
  return { ...tools, dispatch: (call, trace, signal) => items.beside(tools.dispatch(call, trace, signal), ledger) }
}

/**
 * What is still to be shown as the turn of a thread ends that a person or a run started: its agents are ended first, so that what they found by then is not lost.
 * An interrupt waits for none of them.
 */
export function lastItems(
  items: ItemsBesides,
  endAgents: () => Promise<void>,
  ledger: ItemLedger,
  signal: AbortSignal,
): NonNullable<TurnDeps['lastItems']> {
  return async function* () {
    if (!signal.aborted) {
      await untilAborted(endAgents(), signal).catch((error: unknown) => {
        if (!signal.aborted) throw error
      })
    }
    yield* items.take(ledger)
  }
}
