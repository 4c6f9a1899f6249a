/** Plain names, divided by `|`: they stand for whole names, where another text is a pattern that may fit a part (as in Codex). */
const plainNames = /^[\w|-]*$/

/** Why a matcher cannot be used; undefined where it can. */
export function matcherProblem(matcher: string): string | undefined {
  try {
    new RegExp(matcher, 'u')
    return undefined
  } catch (error) {
    return matcher === '*' ? undefined : `not a regular expression: ${error instanceof Error ? error.message : matcher}`
  }
}

/** Whether any of the names fits. Absent: all do. @param matcher without a problem */
export function matchesNames(matcher: string | undefined, names: readonly string[]): boolean {
  if (matcher === undefined || matcher === '*' || matcher === '') return true
  if (plainNames.test(matcher)) return matcher.split('|').some((each) => names.includes(each))
  const pattern = new RegExp(matcher, 'u')
  return names.some((name) => pattern.test(name))
}
