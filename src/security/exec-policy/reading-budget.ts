/**
 * How much of a script is read: characters of text and words of commands, also those that it makes out of others, in all. What is
 * behind it counts as unknown. A line of 20,000 characters is read in about 20 ms.
 */
export interface ReadingBudget {
  /** False where there is not so much left, from then on. */
  spend(amount: number): boolean
}

const most = 60_000

export function createReadingBudget(): ReadingBudget {
  let left = most
  return {
    spend(amount) {
      left -= amount
      return left >= 0
    },
  }
}
