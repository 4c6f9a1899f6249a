import { guardWords } from './entry-patterns.ts'
import { createImportResolver } from './find-imports.ts'
import type { CodeText } from './map-tests.ts'

/** Where the routes of a file are put, and what stands before them there. */
export interface Mount {
  readonly prefix: string
  /** The word that speaks of a check of who asks; empty: none. */
  readonly guard: string
}

/** `app.use('/orders', requireUser(config), orderRoutes(pool))`, with `orderRoutes` from another file: by that file. */
export function findMounts(code: readonly CodeText[]): ReadonlyMap<string, Mount> {
  const resolver = createImportResolver(code.map(({ path }) => path))
  const found = new Map<string, Mount>()
  for (const { path, text, language } of code) {
    if (language !== 'javascript') continue
    for (const [, prefix = '', rest = ''] of text.matchAll(
      /^[ \t]*\w+\.(?:use|register|route)\(\s*['"`](\/[^'"`]*)['"`]\s*,(.*)$/gm,
    )) {
      const imported = (rest.match(/[A-Za-z_$][\w$]*/g) ?? []).flatMap((name) => {
        const line = lineThatImports(name, text)
        const [file] = line === undefined ? [] : resolver.importsOf(path, line, language)
        return file === undefined ? [] : [{ name, file }]
      })
      // The routes come last; what comes before them guards them, or does something else.
      const last = imported.at(-1)
      if (last === undefined) continue
      const before = rest.slice(0, rest.lastIndexOf(last.name))
      found.set(last.file, { prefix, guard: guardWords.exec(before)?.[0] ?? '' })
    }
  }
  return found
}

function lineThatImports(name: string, text: string): string | undefined {
  const isNamed = new RegExp(`\\b${name.replace('$', '\\$')}\\b`)
  return text.split('\n').find((line) => (line.startsWith('import') || line.includes('require(')) && isNamed.test(line))
}
