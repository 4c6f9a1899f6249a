import type { SgNode } from './open-parser.ts'
import type { ScanRule } from './scan-rule.ts'

/** Weaknesses that are about a credential or a key in the code itself. */
const ofSecrets: ReadonlySet<string> = new Set(['CWE-259', 'CWE-321', 'CWE-798'])
/** A report shows less of a match. */
const longestText = 4096
const literal = /(["'`])(?:\\[\s\S]|(?!\1)[^\\])+\1/g
/** What a shell, a Dockerfile or a file of settings gives to a name, or a person's account, without quotes. */
const given =
  /(?:passw(?:or)?d|passwd|_?pass|pwd|secret|token|key|credential)\w{0,40}(?:[ \t]*[=:]|[ \t]+)[ \t]*((?=\S*[A-Za-z0-9])[^\s"'`|&;$]{3,})|:\/\/[^\s/:@]{0,256}:([^\s/@]+)@|^(?:RUN\s+)?(?:echo|printf)\s+(?:-\w+\s+)?\w+:([^\s"'`|]+)/gi

/**
 * The texts of a match that nobody may read in a report, where its rule is about a credential that stands in the code: the literals of the value
 * that it names, else those of the match, else what is given to a name without quotes. Of other rules none.
 *
 * @param value the nodes that are the credential, where the rule says it
 */
export function secretTexts(
  { cwe }: Pick<ScanRule, 'cwe'>,
  node: SgNode,
  value?: readonly SgNode[],
): readonly string[] {
  if (!cwe.some((id) => ofSecrets.has(id))) return []
  if (value) return value.flatMap((part) => literalsOf(part.text().slice(0, longestText)))
  const text = node.text().slice(0, longestText)
  const literals = literalsOf(text)
  const bare = [...text.matchAll(given)].flatMap((match) => match.slice(1).filter((text) => text !== undefined))
  return [...literals, ...bare]
}

const literalsOf = (text: string): readonly string[] => [...text.matchAll(literal)].map(([whole]) => whole)
