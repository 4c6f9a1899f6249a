import type { PolicyDefinition, PolicyRule } from '../../plugin-api/index.ts'

/** A word of a rule that is likely meant for more than the one text that it stands for. */
export interface LiteralWord {
  readonly index: number
  /** In the rule: of the pattern's element, and of its alternative where there are several. */
  readonly path: readonly (string | number)[]
  readonly message: string
  readonly hint: string
}

/**
 * Words that a shell would expand and a rule does not: `tou?h`, `~/x`, `$NAME`, and an empty word. They match their own text, as in Codex. Behind
 * the program they are told of rules that ask or forbid, which would miss what was meant; an `allow` rule holds such a word where a command had it
 * in quotes.
 */
export function literalWords({ rules }: PolicyDefinition): readonly LiteralWord[] {
  return rules.flatMap(({ pattern, decision }, index) =>
    pattern.flatMap((element, place) =>
      [element].flat().flatMap((word, alternative): readonly LiteralWord[] => {
        const said = problemOf(word, place, decision)
        const path = ['pattern', place, ...(typeof element === 'string' ? [] : [alternative])]
        return said === undefined ? [] : [{ index, path, ...said }]
      }),
    ),
  )
}

function problemOf(
  word: string,
  place: number,
  decision: PolicyRule['decision'],
): Pick<LiteralWord, 'message' | 'hint'> | undefined {
  const written = JSON.stringify(word)
  if (word === '') {
    const message = 'An empty word matches an empty argument alone, and not every one'
    return { message, hint: 'Leave it out: a rule is about every command that begins with its words.' }
  }
  if (place > 0 && decision === 'allow') return undefined
  const sign = /[?*]/.exec(word)?.[0] ?? (/\[[^\]]+\]/.test(word) ? '[' : undefined)
  const hint =
    place === 0 ? 'Write the programs as a list, each by its name.' : 'Write the words that are meant as a list.'
  if (sign !== undefined)
    return { message: `${written} has a ${sign}, which stands for itself: nothing else is meant`, hint }
  if (/^~(?:\/|$)/.test(word)) {
    const message = `${written} is not looked up: only a command that is written with the ~ is meant`
    return { message, hint: 'Write the whole path as well, in a list with this one.' }
  }
  if (/^\$(?:\w+|\{\w+\})(?:\/|$)/.test(word)) {
    return { message: `${written} is not replaced: only a command that is written so is meant`, hint }
  }
  return undefined
}
