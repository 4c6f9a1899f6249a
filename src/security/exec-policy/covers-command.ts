import { type CommandWords, certainlyStartsWith } from '../permissions/command-prefix.ts'

/** Leading words of a command, as a rule has them. */
export type CommandPattern = readonly (string | readonly string[])[]

/** The words one of which stands at a place of a pattern. */
export function alternativesOf(element: CommandPattern[number]): readonly string[] {
  return typeof element === 'string' ? [element] : element
}

/** Whether a command certainly begins so. */
export function coversCommand(pattern: CommandPattern, command: CommandWords): boolean {
  return matchesCommand({ pattern }, command, certainlyStartsWith)
}

/** Tries the pattern with each alternative at each place. */
export function matchesCommand(
  rule: { readonly pattern: CommandPattern },
  command: CommandWords,
  startsWith: (command: CommandWords, prefix: readonly string[]) => boolean,
): boolean {
  return prefixesOf(rule, command).some((prefix) => startsWith(command, prefix))
}

/** At each place the alternative that the command has there, or all of them where it is not known (or a path). */
function prefixesOf(rule: { readonly pattern: CommandPattern }, command: CommandWords): readonly (readonly string[])[] {
  return rule.pattern.reduce<readonly (readonly string[])[]>(
    (prefixes, word, index) => {
      const alternatives = alternativesOf(word)
      const actual = command.known[index]
      const candidates =
        index === 0 || actual === undefined ? alternatives : alternatives.filter((candidate) => candidate === actual)
      const useful = index > 0 && actual === undefined ? alternatives.slice(0, 1) : candidates
      return prefixes.flatMap((prefix) => useful.map((candidate) => [...prefix, candidate]))
    },
    [[]],
  )
}
