/**
 * How much of a script is read: nodes of its syntax and words of commands, also of those that it makes out of others, in all. What is
 * behind it counts as unknown. All of it takes less than 100 ms on a slow machine.
 */
export interface ReadingBudget {
  /** False where there is not so much left, from then on. */
  spend(amount: number): boolean
}

const most = 20_000
/** A here-document of a megabyte is still read: it is one node. */
export const charactersPerUnit = 64

export function createReadingBudget(): ReadingBudget {
  let left = most
  return {
    spend(amount) {
      left -= amount
      return left >= 0
    },
  }
}
