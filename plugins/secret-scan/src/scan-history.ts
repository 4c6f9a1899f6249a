import { createHash } from 'node:crypto'
import type { Finding, HistoryEnd, ToolContext } from 'codex-kernel/plugin-api'
import { findInText, type TextSecret } from './find-in-text.ts'

export interface HistoryScan {
  readonly findings: readonly Finding[]
  readonly end: HistoryEnd
  /** Secrets that commits added and that stand in files still: told of there. */
  readonly stillThere: number
}

interface Occurrence {
  readonly finding: Finding
  readonly commit: string
  readonly authorDate: string
}

/** Secrets that commits added and that are in no file now, each once, where it came first. */
export async function scanHistory(
  paths: readonly string[],
  now: ReadonlyMap<string, TextSecret>,
  ctx: ToolContext,
): Promise<HistoryScan> {
  /** By value, which must not leave this function. */
  const first = new Map<string, Occurrence>()
  const stillThere = new Set<string>()
  const additions = ctx.fs.readHistory()
  let step = await additions.next()
  for (; !step.done; step = await additions.next()) {
    const { commit, authorDate, path, line, text } = step.value
    if (!isBelow(path, paths)) continue
    for (const { value, finding } of await findInText(text, { file: path, firstLine: line }, ctx)) {
      if (now.has(value)) stillThere.add(value)
      // The newest come first, so that the oldest stays.
      else first.set(value, { finding, commit, authorDate })
    }
  }
  return { findings: [...first.values()].map(asFinding), end: step.value, stillThere: stillThere.size }
}

function asFinding({ finding, commit, authorDate }: Occurrence): Finding {
  const place = `in commit ${commit.slice(0, 12)} of ${authorDate.slice(0, 10)}, and in no file now`
  return {
    ...finding,
    commit,
    // Two values that a person thought out have one fingerprint where they stand in the same place.
    fingerprint: createHash('sha256').update(`${finding.fingerprint} ${commit}`).digest('hex').slice(0, 32),
    message: finding.message.replace(' stands in the file ', ` stands ${place} `),
    why: 'Whoever has a copy of the repository has its history, and with it this secret. Only revoking it helps.',
    fix: {
      description: 'Revoke it where it was issued. Rewriting the history is for afterwards, if at all.',
      edits: [],
    },
  }
}

function isBelow(path: string, roots: readonly string[]): boolean {
  const bare = roots.map((root) => root.replace(/^\.\//, '').replace(/\/+$/, ''))
  return (
    bare.length === 0 ||
    bare.some((root) => root === '.' || root === '' || path === root || path.startsWith(`${root}/`))
  )
}
