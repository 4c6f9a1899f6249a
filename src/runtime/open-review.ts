import type { Usage } from '../plugin-api/events.ts'
import { addUsage } from '../plugin-api/model-stream/add-usage.ts'
import type { ThreadBudget } from '../thread/budget.ts'

/** What the reviewing agent uses for a thread: it counts as the thread's own. */
export interface Review {
  /** The thread's; absent: nothing bounds it, or it has not begun. */
  budget: ThreadBudget | undefined
  add(usage: Usage): void
  /** What was used since; undefined: nothing. */
  take(): Usage | undefined
}

export function openReview(): Review {
  let used: Usage | undefined
  return {
    budget: undefined,
    add(usage) {
      used = used ? addUsage(used, usage) : usage
    },
    take() {
      const taken = used
      used = undefined
      return taken
    },
  }
}
