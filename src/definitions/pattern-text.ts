import type { PolicyRule } from '../plugin-api/index.ts'
import { joinWords } from './split-words.ts'

/** The words of a rule for people: `git (push|pull)`. */
export function patternText(pattern: PolicyRule['pattern']): string {
  return pattern
    .map((word) =>
      typeof word === 'string' ? joinWords([word]) : `(${word.map((each) => joinWords([each])).join('|')})`,
    )
    .join(' ')
}
