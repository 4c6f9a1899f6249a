import type { PublishedFinding } from '../../plugin-api/agent-team.ts'
import type { Finding } from '../../plugin-api/finding.ts'
import { isSameFlaw } from '../../plugin-api/same-flaw.ts'
import { severities } from '../../plugin-api/severity.ts'

/** Findings that a run keeps; an agent that publishes more is refused. */
export const maxSharedFindings = 2000

/** What the agents of a run published, each flaw once. */
export interface SharedFindings {
  /** Undefined where there is no room for another one. @param author id of the agent */
  publish(author: string, finding: Finding): (PublishedFinding & { readonly key: string }) | undefined
}

interface Entry {
  readonly key: string
  finding: Finding
  authors: readonly string[]
}

/** None yet. */
export function createSharedFindings(): SharedFindings {
  const byFile = new Map<string, Entry[]>()
  let count = 0
  return {
    publish(author, finding) {
      const inFile = byFile.get(finding.file) ?? []
      byFile.set(finding.file, inFile)
      const known = inFile.find((each) => isSameFlaw(each.finding, finding))
      if (!known) {
        if (count >= maxSharedFindings) return undefined
        count += 1
        const entry = { key: `f${count}`, finding, authors: [author] }
        inFile.push(entry)
        return { ...entry, isNew: true }
      }
      known.authors = known.authors.includes(author) ? known.authors : [...known.authors, author]
      // The first one stays as it was put, with the graver severity and all weaknesses that were named.
      known.finding = {
        ...known.finding,
        severity: graver(known.finding.severity, finding.severity),
        cwe: [...new Set([...known.finding.cwe, ...finding.cwe])],
      }
      return { ...known, isNew: false }
    },
  }
}

function graver(a: Finding['severity'], b: Finding['severity']): Finding['severity'] {
  return severities.indexOf(a) <= severities.indexOf(b) ? a : b
}
