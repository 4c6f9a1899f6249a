import type { FileDifference } from '../../plugin-api/index.ts'
import { gitPath } from '../../sandbox/git-path.ts'

/** Lines of one file that a diff adds, and how many it takes away. */
export type LineDifference = Pick<FileDifference, 'added' | 'removed'>

const hunkHead = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/

/** What `git diff --unified=0` says, by path. Hunks are counted, so that no line of a file is taken for a head. */
export function parseDiff(diff: string): ReadonlyMap<string, LineDifference> {
  const files = new Map<string, { added: { line: number; text: string }[]; removed: number }>()
  const lines = diff.split('\n')
  let [before, path] = ['', '']
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? ''
    if (line.startsWith('--- ')) before = line.slice('--- '.length)
    else if (line.startsWith('+++ ')) {
      path = nameOf(line.slice('+++ '.length)) ?? nameOf(before.replace(/^("?)a\//, '$1b/')) ?? ''
    }
    const head = hunkHead.exec(line)
    if (head === null) continue
    const [, removed = '1', start = '1', added = '1'] = head
    const file = files.get(path) ?? { added: [], removed: 0 }
    files.set(path, file)
    file.removed += Number(removed)
    let number = Number(start)
    for (let left = Number(removed) + Number(added); left > 0 && at + 1 < lines.length; ) {
      const next = lines[++at] ?? ''
      if (next.startsWith('+')) file.added.push({ line: number++, text: next.slice(1).replace(/\r$/, '') })
      if (next.startsWith('+') || next.startsWith('-')) left--
    }
  }
  return files
}

const nameOf = (written: string): string | undefined => gitPath(written.replace(/\t$/, ''))
