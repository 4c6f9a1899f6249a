import type { Finding } from '../../plugin-api/index.ts'

/** Lines of a file that others take the place of. Lines have no ends. */
export interface LineChange {
  /** First of the old lines, from 1. */
  readonly at: number
  readonly oldLines: readonly string[]
  readonly newLines: readonly string[]
}

/** What fixes make of one file. */
export interface FileFix {
  readonly file: string
  /** The text before, in lines. */
  readonly lines: readonly string[]
  /** In order, apart from each other. */
  readonly changes: readonly LineChange[]
  readonly findings: readonly Finding[]
}

export interface FixPlan {
  readonly files: readonly FileFix[]
  /** Their edits overlap those of another finding, which goes first. */
  readonly overlapping: readonly Finding[]
  /** Their edits do not fit the text that is there, or it cannot be read. */
  readonly unfit: readonly Finding[]
}

interface Edit {
  readonly from: number
  readonly to: number
  readonly text: string
}

/**
 * Works out what the mechanical fixes of findings make of their files, worst finding first. A finding is fixed with all of its
 * edits or not at all.
 *
 * @param texts by the path that findings name
 */
export function planFixes(findings: readonly Finding[], texts: ReadonlyMap<string, string>): FixPlan {
  const overlapping: Finding[] = []
  const unfit: Finding[] = []
  const editsByFile = new Map<string, Edit[]>()
  const fixed: Finding[] = []
  for (const finding of findings) {
    const edits = finding.fix?.edits ?? []
    if (edits.length === 0) continue
    const wanted = edits.map(({ file, range, text }) => {
      const place = offsetsOf(texts.get(file), range)
      return place && { file, edit: { ...place, text } }
    })
    const placed = wanted.filter((each) => each !== undefined)
    if (placed.length < wanted.length) unfit.push(finding)
    else if (placed.some(({ file, edit }) => overlapsOne(edit, editsByFile.get(file) ?? []))) overlapping.push(finding)
    else {
      fixed.push(finding)
      for (const { file, edit } of placed) editsByFile.set(file, [...(editsByFile.get(file) ?? []), edit])
    }
  }
  const files = [...editsByFile].map(([file, edits]): FileFix => {
    const text = texts.get(file) ?? ''
    const lines = text.split(/\r?\n/)
    const own = fixed.filter(({ fix }) => fix?.edits.some((edit) => edit.file === file))
    return { file, lines, changes: lineChanges(text, edits), findings: own }
  })
  return { files: files.toSorted((a, b) => (a.file < b.file ? -1 : 1)), overlapping, unfit }
}

function offsetsOf(
  text: string | undefined,
  { start, end }: Finding['range'],
): { from: number; to: number } | undefined {
  if (text === undefined) return undefined
  const starts = lineStarts(text)
  const offset = ({ line, column }: Finding['range']['start']): number | undefined => {
    const lineStart = starts[line - 1]
    const at = lineStart === undefined ? undefined : lineStart + column - 1
    return at === undefined || at > (starts[line] ?? text.length + 1) - 1 ? undefined : at
  }
  const [from, to] = [offset(start), offset(end)]
  return from === undefined || to === undefined || to < from ? undefined : { from, to }
}

const lineStarts = (text: string): readonly number[] => [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)]

/** Two edits at the same place have no order, so they overlap too. */
function overlapsOne(edit: Edit, others: readonly Edit[]): boolean {
  return (
    others.some((other) => edit.from < other.to && other.from < edit.to) ||
    others.some(({ from }) => from === edit.from)
  )
}

/** The edits as changes of whole lines; edits of the same line become one change. */
function lineChanges(text: string, edits: readonly Edit[]): readonly LineChange[] {
  const starts = lineStarts(text)
  const lineAt = (offset: number): number => starts.findLastIndex((start) => start <= offset)
  const groups: { first: number; last: number; edits: Edit[] }[] = []
  for (const edit of edits.toSorted((a, b) => a.from - b.from)) {
    const [first, last] = [lineAt(edit.from), lineAt(edit.to)]
    const open = groups.at(-1)
    if (open && first <= open.last) {
      open.last = Math.max(open.last, last)
      open.edits.push(edit)
    } else groups.push({ first, last, edits: [edit] })
  }
  return groups.map(({ first, last, edits: own }) => {
    const from = starts[first] ?? 0
    const to = (starts[last + 1] ?? text.length + 1) - 1
    let after = ''
    let at = from
    for (const edit of own) {
      after += text.slice(at, edit.from) + edit.text
      at = edit.to
    }
    after += text.slice(at, to)
    return {
      at: first + 1,
      oldLines: text.slice(from, to).split('\n').map(bare),
      newLines: after.split('\n').map(bare),
    }
  })
}

const bare = (line: string): string => line.replace(/\r$/, '')
