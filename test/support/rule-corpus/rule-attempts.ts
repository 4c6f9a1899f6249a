import { commandSpellings, textQuotings } from './command-spellings.ts'
import { commandWrappers } from './command-wrappers.ts'
import { hasProgram } from './rule-lab.ts'
import { shellConstructs } from './shell-constructs.ts'

/** A script that may run `hit`, and what it is made of. */
export interface RuleAttempt {
  readonly script: string
  /** Lines of the tables. Each of them is in `parts`. */
  readonly construct?: string
  readonly wrapper?: string
  /** How the name is written, where it is not `hit`. */
  readonly spelling?: string
  /** True where text of another language stands between the script and `hit`. */
  readonly opaque: boolean
}

type Quote = (text: string) => string

const quotes = Object.values(textQuotings)

/**
 * Every construct around every wrapper and every wrapper around every construct (`whole`; else one of both for each pair), and each of them by
 * itself with every spelling of the name and every quoting of a text. In pairs the quotings take turns. Wrappers that are not installed
 * are left out.
 */
export function ruleAttempts({ whole }: { readonly whole: boolean }): readonly RuleAttempt[] {
  const wrappers = installedWrappers()
  const pairs = shellConstructs.flatMap((construct, row) =>
    wrappers.flatMap(({ line, opaque = false }, column) => {
      const quote = quoteAt(row + column)
      const made = { construct, wrapper: line, opaque }
      const inside = { ...made, script: fill(construct, fill(line, 'hit', quote), quote) }
      const outside = { ...made, script: wrapScript(line, fill(construct, 'hit', quote), quote) }
      if (whole) return [inside, outside]
      return (row + column) % 2 === 0 ? [inside] : [outside]
    }),
  )
  const spelled = plainAttempts().flatMap((attempt) => {
    const line = attempt.construct ?? attempt.wrapper ?? ''
    return [
      ...commandSpellings.map((spelling) => ({ ...attempt, script: fill(line, spelling, quoteAt(0)), spelling })),
      ...quotes.map((quote) => ({ ...attempt, script: fill(line, 'hit', quote) })),
    ]
  })
  return withoutDoubles([...spelled, ...pairs])
}

/** Each construct and each wrapper by itself. */
export function plainAttempts(): readonly RuleAttempt[] {
  const made = (line: string) => fill(line, 'hit', quoteAt(0))
  return [
    ...shellConstructs.map((construct) => ({ construct, script: made(construct), opaque: false })),
    ...installedWrappers().map(({ line, opaque = false }) => ({ wrapper: line, script: made(line), opaque })),
  ]
}

function installedWrappers() {
  return commandWrappers.filter(({ needs = [] }) => needs.every(hasProgram))
}

function fill(line: string, command: string, quote: Quote): string {
  return line.replaceAll('@C', () => command).replaceAll('@T', () => quote(command))
}

function quoteAt(index: number): Quote {
  return quotes[index % quotes.length] ?? ((text) => text)
}

/** A wrapper around a whole script: where it takes the words of a command, a shell with that text is one. */
function wrapScript(line: string, script: string, quote: Quote): string {
  return line.includes('@C') ? fill(line, `bash -c ${quote(script)}`, quote) : fill(line, script, quote)
}

function withoutDoubles(attempts: readonly RuleAttempt[]): readonly RuleAttempt[] {
  return [...new Map(attempts.map((attempt) => [attempt.script, attempt])).values()]
}
