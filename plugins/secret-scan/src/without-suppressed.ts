import type { TextSecret } from './find-in-text.ts'

const comment = /codex-ignore\s+([a-z][\w-]*(?:\s*,\s*[a-z][\w-]*)*)\s*(:\s*\S.*)?/

/**
 * Takes out what a comment with a reason suppresses, such as `# codex-ignore secret-assignment: key of a test server`, on the line of the
 * secret or alone on the one before. In a repository that is not trusted the comments are counted, and take out nothing.
 */
export function withoutSuppressed(
  secrets: readonly TextSecret[],
  text: string,
  trusted: boolean,
): { readonly secrets: readonly TextSecret[]; readonly suppressed: number; readonly ignored: number } {
  if (secrets.length === 0 || !text.includes('codex-ignore')) return { secrets, suppressed: 0, ignored: 0 }
  const lines = text.split('\n')
  let ignored = 0
  const kept = secrets.filter(({ finding }) => {
    const { line } = finding.range.start
    const said = [lines[line - 1], lines[line - 2]].some((each, isBefore) => {
      const match = each === undefined || each.length > 2000 ? null : comment.exec(each)
      const isAlone = isBefore === 0 || /^\s*(\/\/|#|\/\*|<!--|--|;)/.test(each ?? '')
      return isAlone && match?.[2] !== undefined && (match[1] ?? '').split(/\s*,\s*/).includes(finding.rule)
    })
    if (said && !trusted) ignored++
    return !said || !trusted
  })
  return { secrets: kept, suppressed: secrets.length - kept.length, ignored }
}
