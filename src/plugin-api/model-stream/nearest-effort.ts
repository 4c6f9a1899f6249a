/** Words for effort, from little to much; those of other providers among them. */
const levels = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']

/**
 * The effort that is meant by a model that knows these: itself, else the next lower one, else the lowest. A word of the
 * user's own is the server's to judge.
 *
 * @param known from little to much; empty: nothing is known
 */
export function nearestEffort(effort: string, known: readonly string[]): string {
  if (known.length === 0 || known.includes(effort)) return effort
  const level = levels.indexOf(effort)
  if (level === -1) return effort
  const lower = known.filter((each) => levels.indexOf(each) <= level)
  return lower.at(-1) ?? known[0] ?? effort
}
