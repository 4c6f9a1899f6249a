import type { ThreadItemBody } from '../plugin-api/index.ts'
import type { ToolStreamEvent } from './dispatch-tool-call.ts'
import type { ItemEvent, ItemLedger } from './item-ledger.ts'

/** Items that come up while a call waits, and from elsewhere than its tool: questions, reviews, what children were refused. */
export interface ItemsBesides {
  /** Shows the item of a key, for the first time or as it is by now. */
  show(key: string, body: ThreadItemBody, isDone: boolean): void
  /** What was shown since it was last asked. */
  take(ledger: ItemLedger): readonly ItemEvent[]
  /** A call, and what is shown besides as it comes. Where calls run side by side, one of them tells it. */
  beside<Result>(
    call: AsyncGenerator<ToolStreamEvent, Result>,
    ledger: ItemLedger,
  ): AsyncGenerator<ToolStreamEvent, Result>
}

/** None yet. */
export function createItemsBesides(): ItemsBesides {
  const shown: { readonly key: string; readonly body: ThreadItemBody; readonly isDone: boolean }[] = []
  const waiting = new Set<() => void>()
  const take = (ledger: ItemLedger) => shown.splice(0).map(({ key, body, isDone }) => ledger.record(key, body, isDone))

  /** Resolves when the step is there or something is shown, whichever comes first. */
  async function untilEither(step: Promise<unknown>): Promise<void> {
    if (shown.length > 0) return
    await new Promise<void>((resolve) => {
      const wake = () => {
        waiting.delete(wake)
        resolve()
      }
      waiting.add(wake)
      step.then(wake, wake)
    })
  }

  return {
    show(key, body, isDone) {
      shown.push({ key, body, isDone })
      for (const wake of waiting) wake()
    },
    take,
    async *beside(call, ledger) {
      try {
        for (;;) {
          let isThere = false
          const step = call.next().finally(() => {
            isThere = true
          })
          step.catch(() => undefined) // told below
          while (!isThere) {
            await untilEither(step)
            yield* take(ledger)
          }
          const { done, value } = await step
          if (done) return value
          yield value
        }
      } finally {
        await call.return(undefined as never) // a call that ended takes any
      }
    },
  }
}
