import { gitCommandNames } from './programs/git.ts'

/**
 * What git may take a word for that is none of its commands, where `help.autocorrect` (git-config(1)) tells it to go on with the one that is near. Those
 * that git's own distance takes for near, but for what is farther off than a command that every git has: `psuh` is `push`.
 *
 * @param aliases names besides those of git's own commands
 */
export function correctedNames(word: string, aliases: readonly string[]): readonly string[] {
  if (word.length > longestWord) return []
  const nearest = Math.min(farthest, ...everywhere.map((name) => distanceTo(name, word)))
  return [...gitCommandNames(), ...aliases].filter((name) => distanceTo(name, word) <= nearest || name.startsWith(word))
}

/** git's own limit (help.c): what is less near is only proposed. */
const farthest = 5
/** A letter too much costs 3: of a longer word too many would have to go. */
const longestWord = 40
const everywhere =
  'add branch checkout clone commit diff fetch init log merge pull push rebase reset rm show status tag'.split(' ')

/** git's distance from what was typed to a name: letters in the wrong order cost nothing, a missing one 1, another one 2, one too much 3. */
function distanceTo(name: string, typed: string): number {
  let before: readonly number[] = []
  let row: readonly number[] = Array.from({ length: name.length + 1 }, (_, at) => at)
  for (let i = 1; i <= typed.length; i += 1) {
    const next = [i * 3]
    for (let j = 1; j <= name.length; j += 1) {
      const isSame = typed[i - 1] === name[j - 1]
      const isSwapped = typed[i - 2] === name[j - 1] && typed[i - 1] === name[j - 2] && !isSame
      next.push(
        Math.min(
          at(row, j - 1) + (isSame ? 0 : 2),
          at(row, j) + 3,
          at(next, j - 1) + 1,
          isSwapped ? at(before, j - 2) : Number.POSITIVE_INFINITY,
        ),
      )
    }
    before = row
    row = next
  }
  return at(row, name.length)
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY
}
