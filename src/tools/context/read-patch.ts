import type { HistoryAddition } from '../../plugin-api/index.ts'
import { gitPath } from '../../sandbox/git-path.ts'

/** What one commit did to one file; `denied` and such are for the reader to say. */
export type PatchChange =
  | { readonly kind: 'text'; readonly path: string; readonly added: Omit<HistoryAddition, 'path'> }
  | { readonly kind: 'binary'; readonly path: string }

const hunkHead = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/
const binaryLine = /^Binary files .* and b\/(.*) differ$/

/** Added lines of what `git log --format=%x01%H %aI --patch --unified=0` writes. Hunks are counted, so that no line of a file is taken for a head. */
export function* readPatch(output: string): Generator<PatchChange> {
  let [commit, authorDate, path] = ['', '', '']
  const lines = output.split('\n')
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? ''
    if (line.startsWith('\u0001')) {
      ;[commit = '', authorDate = ''] = line.slice(1).split(' ')
    } else if (line.startsWith('+++ ')) {
      path = gitPath(line.slice('+++ '.length).replace(/\t$/, '')) ?? ''
    } else if (line.startsWith('Binary files ')) {
      const binary = binaryLine.exec(line)?.[1]
      if (binary !== undefined) yield { kind: 'binary', path: binary }
    } else {
      const head = hunkHead.exec(line)
      if (head === null) continue
      const [, removed = '1', start = '1', added = '1'] = head
      const texts: string[] = []
      let left = Number(removed) + Number(added)
      while (left > 0 && at + 1 < lines.length) {
        const next = lines[++at] ?? ''
        if (next.startsWith('+')) texts.push(next.slice(1))
        if (next.startsWith('+') || next.startsWith('-')) left--
      }
      if (texts.length > 0) {
        yield { kind: 'text', path, added: { commit, authorDate, line: Number(start), text: texts.join('\n') } }
      }
    }
  }
}
