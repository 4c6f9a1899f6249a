import { lazily } from '../../kernel/lazily.ts'
import type { SpentByScope, ThreadBudget } from '../../thread/budget.ts'
import type { Kernel } from '../load-kernel.ts'
import { openRunBudget } from '../thread-budget.ts'

/**
 * The one budget of all threads of a run, from what the run has used before. Whatever it counts is kept as the threads go on.
 *
 * @param before by scope; absent: nothing was used
 */
export function keptBudget(kernel: Kernel, before: SpentByScope | undefined, keep: (spent: SpentByScope) => void) {
  let opened: ThreadBudget | undefined
  let kept = JSON.stringify(before ?? {})
  const open = lazily(async () => {
    opened = await openRunBudget(kernel, before)
    return opened
  })
  const note = () => {
    const spent = opened?.spent() ?? {}
    const text = JSON.stringify(spent)
    if (opened === undefined || text === kept) return
    kept = text
    keep(spent)
  }
  return {
    open,
    /** Hands a thread's events on, and keeps what was counted before each. */
    async *counted<Event>(events: AsyncIterable<Event>): AsyncGenerator<Event> {
      try {
        for await (const event of events) {
          note()
          yield event
        }
      } finally {
        note()
      }
    },
  }
}
