export interface Suppressions {
  /** True where a comment on the line, or alone on the line before, takes the rule out there. */
  covers(rule: string, line: number): boolean
  /** Comments without a reason: they cover nothing. */
  readonly unreasoned: number
  /** All of them. */
  readonly comments: number
}

const comment =
  /(?:\/\/|#|\/\*|\{\/\*)\s*codex-ignore\s+([a-z][\w:-]*(?:\s*,\s*[a-z][\w:-]*)*)\s*(?::\s*(.*?))?\s*(?:\*\/\}?)?\s*$/

/** Reads comments such as `// codex-ignore js-eval: input is a constant of the build`. */
export function readSuppressions(text: string): Suppressions {
  const rulesByLine = new Map<number, string[]>()
  let unreasoned = 0
  let comments = 0
  if (text.includes('codex-ignore')) {
    for (const [index, line] of text.split('\n').entries()) {
      const match = comment.exec(line.trimEnd())
      if (!match) continue
      comments++
      if (!match[2]?.trim()) {
        unreasoned++
        continue
      }
      const isAlone = /^\s*(\/\/|#|\/\*|\{\/\*)/.test(line)
      const covered = isAlone ? index + 2 : index + 1
      const rules = (match[1] ?? '').split(',').map((rule) => rule.trim())
      rulesByLine.set(covered, [...(rulesByLine.get(covered) ?? []), ...rules])
    }
  }
  return { covers: (rule, line) => rulesByLine.get(line)?.includes(rule) ?? false, unreasoned, comments }
}
