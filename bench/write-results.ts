import type { Row } from './measure.ts'

/** What the measurements were made on; nothing that names a machine. */
export interface Circumstances {
  readonly node: string
  readonly cores: number
  readonly date: string
  readonly rounds: number
  /** Root, where it may make control groups, waits for the kernel to move each sandboxed command into one. */
  readonly isRoot: boolean
}

/** The parts of the page, in its order, by the heading of each; the first one is the page's own. */
export const parts = { program: '# Measurements', agents: '## Agents together' } as const
/** One of them. */
export type Part = keyof typeof parts

const words: Readonly<Record<Part, string>> = {
  program: `The floor of a turn is \`bench/minimal-turn.js\`, which asks the same scripted local
server and does nothing else. Budgets are those of \`docs/architecture.md\`. Milliseconds in the last column, so that the
ratios can be checked.`,
  agents: `The floor is \`bench/minimal-agents.js\`, which asks the same server the same questions, as many at once, and does
nothing else. Where it says nothing else the model answers at once. \`bench/ratios.json\` keeps the ratios that later runs are compared with.`,
}

/** The page with one of its parts written anew; `before`: the page as it was, empty where there was none. */
export function resultsPage(
  before: string,
  part: Part,
  rows: readonly Row[],
  { node, cores, date, rounds, isRoot }: Circumstances,
): string {
  const command = part === 'agents' ? 'npm run bench:agents' : 'npm run bench'
  const written = `${parts[part]}

Written by \`${command}\`: Node ${node}, ${cores} cores, as ${isRoot ? 'root' : 'an ordinary user'}, ${date}, the least of ${rounds} runs of each whole process, taken in
turn with its floor in the same minute. ${words[part]}

| what | budget | measured | met | from |
| --- | --- | --- | --- | --- |
${rows.map(line).join('\n')}
`
  const all = Object.keys(parts) as Part[] // its own keys
  return all.flatMap((each) => (each === part ? written : (partOf(before, each) ?? []))).join('\n')
}

/** A part as it stands in the page. */
function partOf(page: string, part: Part): string | undefined {
  const start = `\n${page}`.indexOf(`\n${parts[part]}\n`)
  if (start === -1) return undefined
  const next = page.indexOf('\n## ', start + 1)
  return page.slice(start, next === -1 ? undefined : next)
}

/** One row of the table. */
export function line({ what, unit, value, budget, isAtLeast = false, from }: Row): string {
  const digits = { MiB: 0, ms: 1, times: 2, 'a minute': 0 }[unit]
  const isMet = budget === undefined || (isAtLeast ? value >= budget : value <= budget)
  const verdict =
    budget === undefined ? ['', ''] : [`${isAtLeast ? 'at least ' : ''}${budget} ${unit}`, isMet ? 'yes' : 'no']
  return `| ${what} | ${verdict[0]} | ${value.toFixed(digits)} ${unit} | ${verdict[1]} | ${from} |`
}
