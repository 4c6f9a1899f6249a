import type { TurnDeps, TurnTools } from '../../thread/turn.ts'
import type { ItemLedger } from '../../tools/index.ts'
import type { ItemsBesides } from '../../tools/items-besides.ts'
import type { TreeHolder } from './hold-tree.ts'

/** The tools of the thread whose stream shows what comes besides: it is shown while a call waits. */
export function withItemsBesides(tools: TurnTools, items: ItemsBesides, ledger: ItemLedger): TurnTools {
  return { ...tools, dispatch: (call, trace, signal) => items.beside(tools.dispatch(call, trace, signal), ledger) }
}

/**
 * What is still to be shown as the turn of the run's root ends: its agents are ended first, so that what they found by then is not lost.
 * An interrupt waits for none of them.
 */
export function lastItems(
  items: ItemsBesides,
  tree: TreeHolder,
  ledger: ItemLedger,
  signal: AbortSignal,
): NonNullable<TurnDeps['lastItems']> {
  return async function* () {
    if (tree.opened && !signal.aborted) await Promise.race([tree.opened.end(), abortOf(signal)])
    yield* items.take(ledger)
  }
}

async function abortOf(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  signal.addEventListener('abort', () => resolve(), { once: true })
  await promise
}
