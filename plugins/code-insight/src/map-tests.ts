import { posix } from 'node:path'
import type { CodeLanguage, FileRole } from './code-file.ts'
import { createImportResolver } from './find-imports.ts'

/** A code file that was read. */
export interface CodeText {
  readonly path: string
  readonly role: FileRole
  readonly language: CodeLanguage
  readonly text: string
}

/** Which tests a source has. */
export interface SourceTests {
  /** Tests that are named like it, or import it. */
  readonly tests: readonly string[]
  /** True where a test comes to it by way of other modules. */
  readonly isReached: boolean
}

/** Sources and their tests. */
export interface TestMapping {
  readonly sources: ReadonlyMap<string, SourceTests>
  /** All files that these come to by imports, themselves and the sources that they are named like included. */
  reachedFrom(paths: readonly string[]): ReadonlySet<string>
}

/** Maps sources to tests: by name and by import, and by what those import in turn. */
export function mapTests(files: readonly CodeText[]): TestMapping {
  const resolver = createImportResolver(files.map(({ path }) => path))
  const imports = new Map(files.map(({ path, text, language }) => [path, resolver.importsOf(path, text, language)]))
  const sources = files.filter(({ role }) => role === 'source').map(({ path }) => path)
  const tests = files.filter(({ role }) => role === 'test').map(({ path }) => path)
  const supports = new Set(files.filter(({ role }) => role === 'support').map(({ path }) => path))
  const byStem = Map.groupBy(sources, stemOf)
  const direct = new Map<string, Set<string>>(sources.map((path) => [path, new Set()]))
  for (const test of tests) {
    const named = nearest(test, byStem.get(stemOf(test)) ?? [])
    // What tests share counts as theirs.
    const shared = (imports.get(test) ?? []).flatMap((path) => (supports.has(path) ? (imports.get(path) ?? []) : []))
    for (const path of [...named, ...(imports.get(test) ?? []), ...shared]) direct.get(path)?.add(test)
  }
  const reachedFrom = (paths: readonly string[]): ReadonlySet<string> => {
    const chosen = new Set(paths)
    const named = [...direct].flatMap(([path, own]) => ([...own].some((test) => chosen.has(test)) ? [path] : []))
    const reached = new Set([...paths, ...named])
    for (const path of reached) for (const next of imports.get(path) ?? []) reached.add(next)
    return reached
  }
  const reached = reachedFrom(tests)
  const facts = sources.map((path) => {
    return [path, { tests: [...(direct.get(path) ?? [])].sort(), isReached: reached.has(path) }] as const
  })
  return { sources: new Map(facts), reachedFrom }
}

/** `test_cart.py`, `cart.test.ts`, `cart_test.go`, `CartTest.java` are all `cart`. */
function stemOf(path: string): string {
  const name = posix.basename(path).replace(/\.[^.]+$/, '')
  return name
    .replace(/[.\-_](?:test|spec|tests|e2e|cy|unit|integration)$/i, '')
    .replace(/^test_/, '')
    .replace(/(?:Tests?|IT|TestCase)$/, '')
    .toLowerCase()
}

/** Of the sources with the name of a test, those whose folders are most like its own; a common name far away says nothing. */
function nearest(test: string, candidates: readonly string[]): readonly string[] {
  const folders = new Set(
    posix
      .dirname(test)
      .split('/')
      .filter((part) => !/^(?:__tests__|tests?|specs?|src|lib|main|java|unit)$/.test(part)),
  )
  const ranked = candidates.map((path) => {
    const own = posix
      .dirname(path)
      .split('/')
      .filter((part) => !/^(?:src|lib|main|java)$/.test(part))
    return {
      path,
      alike: own.filter((part) => folders.has(part)).length,
      strange: own.filter((part) => !folders.has(part)).length,
    }
  })
  const best = ranked.toSorted((a, b) => b.alike - a.alike || a.strange - b.strange)[0]
  return best && (candidates.length === 1 || best.strange === 0 || best.alike > 0) ? [best.path] : []
}
