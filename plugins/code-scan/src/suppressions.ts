import type { Finding } from 'codex-kernel/plugin-api'

/** A comment such as `// codex-ignore js-eval: input is a constant of the build`. */
export interface SuppressingComment {
  /** The line that it speaks of. */
  readonly line: number
  readonly rules: readonly string[]
  /** Without a reason it covers nothing. */
  readonly hasReason: boolean
}

export interface SuppressionResult {
  readonly kept: readonly Finding[]
  /** Findings that a comment with a reason takes out. */
  readonly suppressed: number
  /** Comments that take out nothing: without a reason, without a rule that there is, or in a repository that is not trusted. */
  readonly ignored: number
}

const comment =
  /(?:\/\/|#|\/\*|\{\/\*|<!--)\s*codex-ignore(?:\s+([a-z][\w:-]*(?:\s*,\s*[a-z][\w:-]*)*))?\s*(?::\s*(.*?))?\s*(?:\*\/\}?|-->)?\s*$/
const aloneOnLine = /^\s*(\/\/|#|\/\*|\{\/\*|<!--)/

/** A comment speaks of its own line, or of the next one where it stands alone. */
export function readSuppressions(text: string): readonly SuppressingComment[] {
  if (!text.includes('codex-ignore')) return []
  return text.split('\n').flatMap((line, index): SuppressingComment[] => {
    const match = line.length > 2000 ? null : comment.exec(line.trimEnd())
    if (!match) return []
    const rules = match[1]?.split(',').map((rule) => rule.trim()) ?? []
    return [{ line: aloneOnLine.test(line) ? index + 2 : index + 1, rules, hasReason: Boolean(match[2]?.trim()) }]
  })
}

/**
 * Takes out what comments suppress, or counts the comments where they do not count.
 *
 * @param isRule whether a rule of code has that id; those of secrets and dependencies are other tools' to know
 */
export function applySuppressions(
  findings: readonly Finding[],
  comments: readonly SuppressingComment[],
  { mode, isRule }: { readonly mode: 'honour' | 'ignore'; readonly isRule: (id: string) => boolean },
): SuppressionResult {
  if (mode === 'ignore') return { kept: findings, suppressed: 0, ignored: comments.length }
  const names = (id: string): boolean => isRule(id) || /^(?:secret|dep)-/.test(id)
  const valid = comments.filter((one) => one.hasReason && one.rules.some(names))
  const kept = findings.filter(
    (finding) => !valid.some((one) => one.line === finding.range.start.line && one.rules.includes(finding.rule)),
  )
  return { kept, suppressed: findings.length - kept.length, ignored: comments.length - valid.length }
}
