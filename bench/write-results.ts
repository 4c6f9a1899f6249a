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

/** The results as a page. */
export function resultsPage(rows: readonly Row[], { node, cores, date, rounds, isRoot }: Circumstances): string {
  return `# Measurements

Written by \`npm run bench\`: Node ${node}, ${cores} cores, as ${isRoot ? 'root' : 'an ordinary user'}, ${date}, the least of ${rounds} runs of each whole process, taken in
turn with its floor in the same minute. The floor of a turn is \`bench/minimal-turn.js\`, which asks the same scripted local
server and does nothing else. Budgets are those of \`docs/architecture.md\`. Milliseconds in the last column, so that the
ratios can be checked.

| what | budget | measured | met | from |
| --- | --- | --- | --- | --- |
${rows.map(line).join('\n')}
`
}

/** One row of the table. */
export function line({ what, unit, value, budget, from }: Row): string {
  const show = (number: number) => `${number.toFixed(unit === 'MiB' ? 0 : unit === 'ms' ? 1 : 2)} ${unit}`
  const verdict = budget === undefined ? ['', ''] : [`${budget} ${unit}`, value <= budget ? 'yes' : 'no']
  return `| ${what} | ${verdict[0]} | ${show(value)} | ${verdict[1]} | ${from} |`
}
