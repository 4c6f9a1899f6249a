import type { PolicyDefinition } from '../../plugin-api/index.ts'

/** A word of a rule that holds for one spelling of a program alone. */
export interface PathRule {
  readonly index: number
  readonly message: string
  /** Place in the first element; absent: it is that. */
  readonly alternative?: number
  /** The program as it is mostly written. */
  readonly name: string
}

/**
 * Programs that an `allow` rule names by a path: the name alone, which is how they are mostly called, is not allowed then. A rule that asks or
 * forbids is about the program under every path, and not here.
 */
export function pathRules({ rules }: PolicyDefinition): readonly PathRule[] {
  return rules.flatMap(({ pattern: [first = []], decision }, index) =>
    (decision === 'allow' ? [first] : []).flat().flatMap((word, at): PathRule[] => {
      if (!word.startsWith('/')) return []
      const name = word.slice(word.lastIndexOf('/') + 1)
      const message = `This rule allows only a command that is written as ${word}: \`${name}\` alone is not allowed by it`
      return [{ index, name, message, ...(typeof first !== 'string' && { alternative: at }) }]
    }),
  )
}
