import type { ShellWord } from './shell-word.ts'

/**
 * What was read already where every rest of a line may be a command: a rest of a rest is one of the same rests, and is not read again. Without it each
 * doubt within a doubt would double the work. Words count by identity, so that two lists are the same only where one is a piece of the other's line.
 */
export interface ReadBefore {
  /** True from the second time on. */
  words(words: readonly ShellWord[], how: ReadHow): boolean
  text(text: string, how: ReadHow): boolean
}

/** What makes the same words or text mean something else. */
interface ReadHow {
  readonly isElsewhere: boolean
  readonly isContained: boolean
  readonly input?: string
}

export function createReadBefore(): ReadBefore {
  const ids = new Map<ShellWord | string, number>()
  const seen = new Set<string>()
  const idOf = (named: ShellWord | string) => {
    const id = ids.get(named) ?? ids.size
    ids.set(named, id)
    return id
  }
  const isSeen = ({ isElsewhere, isContained, input }: ReadHow, named: readonly (ShellWord | string)[]) => {
    const before = seen.size
    seen.add(
      `${isElsewhere ? '+' : ''}${isContained ? '=' : ''}${input === undefined ? '' : idOf(input)}:${named.map(idOf).join(' ')}`,
    )
    return seen.size === before
  }
  return {
    words: (words, how) => isSeen(how, words),
    text: (text, how) => isSeen(how, [text]),
  }
}
