import type { FileDifference } from 'codex-kernel/plugin-api'
import { type CodeText, mapTests } from './map-tests.ts'
import { outline } from './outline.ts'

/** A public function or class whose lines changed, while no test that comes to its file did. */
export interface UntestedChange {
  readonly file: string
  readonly line: number
  readonly name: string
  /** Tests of the file's own; empty: none. */
  readonly tests: readonly string[]
  /** True where a test comes to it by way of others. */
  readonly is_reached: boolean
}

/** @param code all code files, as they are now */
export function untestedChanges(
  files: readonly FileDifference[],
  code: readonly CodeText[],
): readonly UntestedChange[] {
  const changed = new Map(files.filter(({ status }) => status !== 'deleted').map((file) => [file.path, file]))
  const sources = code.filter(({ path, role }) => role === 'source' && changed.has(path))
  if (sources.length === 0) return []
  const map = mapTests(code)
  const reached = map.reachedFrom(
    code.filter(({ path, role }) => role === 'test' && changed.has(path)).map(({ path }) => path),
  )
  return sources.flatMap(({ path, text, language }) => {
    const { tests, isReached } = map.sources.get(path) ?? { tests: [], isReached: false }
    if (reached.has(path)) return []
    const lines = (changed.get(path)?.added ?? []).filter((added) => added.text.trim() !== '').map(({ line }) => line)
    const touched = outline(text, language).filter(
      ({ isPublic, line, endLine }) => isPublic && lines.some((each) => each >= line && each <= endLine),
    )
    // A method says more than the class around it.
    const inner = touched.filter(({ name }) => !touched.some((other) => other.name.startsWith(`${name}.`)))
    return inner.map(({ line, name }) => ({ file: path, line, name, tests: tests.slice(0, 3), is_reached: isReached }))
  })
}
