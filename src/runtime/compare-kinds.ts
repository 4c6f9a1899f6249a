import { basename, extname } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { Diagnostic } from '../plugin-api/diagnostic.ts'
import type { ReloadChange } from '../plugin-api/kernel-client.ts'
import type { Definition, Origin } from '../plugin-api/origin.ts'
import type { LoadedKind } from './loaded-kinds.ts'

/** One definition of one file: in force, or hidden by another. */
interface Placed {
  readonly id: string
  readonly origin: Origin
  readonly shadows: readonly Origin[]
  /** Absent: in force. */
  readonly hiddenBy?: Origin
  /** Absent where it is hidden: it is not kept. */
  readonly value?: unknown
}

/**
 * What became of one kind of definition, a change for each file, in the order of their ids.
 *
 * @param written the files that were written: of these it is told also where nothing came of it
 */
export function compareKinds(
  before: LoadedKind,
  after: LoadedKind,
  written: ReadonlySet<string>,
): readonly ReloadChange[] {
  const old = placedByKey(before.effective)
  const now = placedByKey(after.effective)
  const problems = problemsByFile(after)
  const oldProblems = problemsByFile(before)
  const of = (placed: Placed, change: ReloadChange['change'], more: Partial<ReloadChange> = {}): ReloadChange => ({
    change,
    kind: after.kind,
    id: placed.id,
    file: placed.origin.file,
    origin: placed.origin,
    shadows: placed.shadows,
    problems: problems.get(placed.origin.file) ?? [],
    ...(placed.hiddenBy && { hiddenBy: placed.hiddenBy }),
    ...more,
  })

  const broken = [...problems].flatMap(([file, found]): readonly ReloadChange[] => {
    if (!found.some(isBreaking)) return []
    const isKnown = isDeepStrictEqual(found, oldProblems.get(file))
    if (isKnown && !written.has(file)) return []
    const id = [...now.values()].find(({ origin }) => origin.file === file)?.id ?? basename(file, extname(file))
    return [{ change: 'broken', kind: after.kind, id, file, shadows: [], problems: found }]
  })
  const isBroken = new Set(broken.map(({ file }) => file))
  const wasBroken = (file: string) => oldProblems.get(file)?.some(isBreaking) === true

  const present = [...now].flatMap(([key, placed]): readonly ReloadChange[] => {
    const { file } = placed.origin
    if (isBroken.has(file)) return []
    const last = old.get(key)
    const isMended = wasBroken(file) && !problems.get(file)?.some(isBreaking)
    if (isMended) return [of(placed, 'mended')]
    if (!last) return [of(placed, 'added')]
    const isSame = placed.value === last.value || isDeepStrictEqual(placed.value, last.value)
    if (!placed.hiddenBy && !last.hiddenBy && !isSame) return [of(placed, 'changed')]
    if (!written.has(file)) return []
    return [of(placed, placed.hiddenBy ? 'changed' : 'unchanged')]
  })
  const removed = [...old].flatMap(([key, last]): readonly ReloadChange[] => {
    if (now.has(key) || isBroken.has(last.origin.file)) return []
    const successor = after.effective.find(({ id }) => id === last.id)?.origin
    return [of(last, 'removed', !last.hiddenBy && successor ? { uncovers: successor, problems: [] } : { problems: [] })]
  })
  // A file that never loaded and is gone, or that has nothing in it now.
  const gone = [...oldProblems].flatMap(([file, found]): readonly ReloadChange[] => {
    const isTold = [...present, ...removed].some((change) => change.file === file)
    if (isTold || problems.has(file) || !found.some(isBreaking)) return []
    const id = basename(file, extname(file))
    return [{ change: 'removed', kind: after.kind, id, file, shadows: [], problems: [] }]
  })
  return [...present, ...removed, ...gone, ...broken].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))
}

/** Whether the file did not load: its last good version counts, or nothing of it. */
function isBreaking({ severity, lastGood }: Diagnostic): boolean {
  return severity === 'error' || lastGood === true
}

function placedByKey(effective: readonly Definition<unknown>[]): ReadonlyMap<string, Placed> {
  const all = effective.flatMap(({ id, value, origin, shadows }): readonly Placed[] => [
    { id, value, origin, shadows },
    ...shadows.map((hidden, index) => ({
      id,
      origin: hidden,
      shadows: shadows.slice(index + 1),
      hiddenBy: shadows[index - 1] ?? origin,
    })),
  ])
  return new Map(all.map((placed) => [JSON.stringify([placed.id, placed.origin.file]), placed]))
}

function problemsByFile({ diagnostics }: LoadedKind): ReadonlyMap<string, readonly Diagnostic[]> {
  const files = new Map<string, Diagnostic[]>()
  for (const diagnostic of diagnostics) {
    if (diagnostic.file === undefined) continue
    const found = files.get(diagnostic.file) ?? []
    found.push(diagnostic)
    files.set(diagnostic.file, found)
  }
  return files
}
