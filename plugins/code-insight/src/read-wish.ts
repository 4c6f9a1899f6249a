import type { DifferenceOptions } from 'codex-kernel/plugin-api'

const revision = String.raw`([\w][\w./@^~-]*\w|\w)`
/** Words that follow `since` or `from` and name no revision. */
const plainWords =
  /^(?:the|a|an|my|our|your|this|that|last|it|here|now|scratch|yesterday|today|then|before|being|it's)$/

/** Whether a request names its change as an option: then nothing else is meant, also where nothing changed. */
export function namesChange(wish: string): boolean {
  return /(?:^|[\s(])--(?:uncommitted|diff|base|since|commit)\b/.test(wish)
}

/** Which difference a request speaks of, in its words or as an option; undefined where it says nothing about it. */
export function readWish(wish: string): DifferenceOptions | undefined {
  const text = wish.slice(0, 2000).replace(/[“”"`]/g, ' ')
  const [, option, value = ''] = /--(diff|base|since|commit)[= ](\S*[^\s.,;:?!)])/.exec(text) ?? []
  if (option === 'commit') return { commit: value }
  if (option !== undefined) return { of: 'since', revision: value }
  if (namesChange(text)) return { of: 'working_tree' }
  const [, range, until] =
    new RegExp(String.raw`(?:^|\s)${revision}\.\.\.?(${revision})?(?=\s|$|[,.;?])`).exec(text) ?? []
  if (range !== undefined) return { of: 'since', revision: range, ...(until !== undefined && { until }) }
  const count = /\blast (\d{1,3}) commits\b/i.exec(text)?.[1]
  if (count !== undefined) return { of: 'since', revision: `HEAD~${count}`, until: 'HEAD' }
  if (/\b(?:staged|about to commit|in the index)\b/i.test(text) && !/\b(?:un|not )staged\b/i.test(text))
    return { of: 'staged' }
  if (/\b(?:last|latest|previous|most recent) commit\b/i.test(text)) return { of: 'last_commit' }
  const hash = /\bcommit ([0-9a-f]{7,40})\b/i.exec(text)?.[1]
  if (hash !== undefined) return { commit: hash }
  if (/\b(?:since|against|from|to|with|vs\.?) (?:the )?(?:main|master|trunk|default) branch\b/i.test(text))
    return { of: 'branch' }
  const after = new RegExp(
    String.raw`\b(?:since|against|compared (?:to|with)|relative to|vs\.?)\s+${revision}`,
    'i',
  ).exec(text)?.[1]
  if (after !== undefined && !plainWords.test(after.toLowerCase())) return { of: 'since', revision: after }
  if (/\b(?:this|my|the|our) (?:\w+ )?branch\b|\bpull request\b|\bmerge request\b|\bPR\b/i.test(text))
    return { of: 'branch' }
  if (/\b(?:uncommitted|unstaged|working (?:tree|copy|directory)|not committed)\b/i.test(text))
    return { of: 'working_tree' }
  return undefined
}
