import { posix } from 'node:path'
import type { CodeLanguage } from './code-file.ts'

/** Finds the files of the code base that a file imports. */
export interface ImportResolver {
  /** Paths of `files`, as far as the names lead to one; packages from outside are none. */
  importsOf(path: string, text: string, language: CodeLanguage): readonly string[]
}

const endings = ['', '.ts', '.tsx', '.js', '.jsx', '.mjs', '.cjs', '.mts', '.cts', '.py'] as const

/** By relative path, by the module path of Python, by the folder of a Go package, by the class name of Java. */
export function createImportResolver(files: readonly string[]): ImportResolver {
  const known = new Set(files)
  const javaByName = new Map(
    files.filter((path) => path.endsWith('.java')).map((path) => [posix.basename(path, '.java'), path]),
  )
  const pythonByTail = Map.groupBy(
    files.filter((path) => path.endsWith('.py')),
    pythonModule,
  )
  const goByFolder = Map.groupBy(
    files.filter((path) => path.endsWith('.go')),
    (path) => posix.dirname(path),
  )

  const javascript = (path: string, text: string): readonly string[] => {
    const names = [
      ...text.matchAll(
        /(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*|\b(?:vi|jest)\.\w+\(\s*)['"`](\.{1,2}(?:\/[^'"`]*)?)['"`]/g,
      ),
    ]
    return names.flatMap(([, name = '']) => {
      const target = posix.normalize(posix.join(posix.dirname(path), name)).replace(/\/$/, '')
      const bare = target.replace(/\.[cm]?jsx?$/, '')
      const found = [target, bare].flatMap((stem) => [
        ...endings.map((ending) => `${stem}${ending}`),
        ...endings.slice(1).map((ending) => `${stem}/index${ending}`),
      ])
      const first = found.find((candidate) => known.has(candidate))
      return first === undefined ? [] : [first]
    })
  }

  const python = (path: string, text: string): readonly string[] => {
    const found: string[] = []
    const add = (module: string) => {
      // A module brings the packages that it lies in.
      for (let name = module; name !== ''; name = name.slice(0, Math.max(0, name.lastIndexOf('.')))) {
        found.push(...(pythonByTail.get(name) ?? []))
      }
    }
    for (const [, dots = '', module = '', list = ''] of text.matchAll(
      /^[ \t]*from[ \t]+(\.*)(\w[\w.]*)?(?:[ \t]+|(?<=\.))import[ \t]+(\([^)]{0,5000}\)|[^\n#]*)/gm,
    )) {
      const base = dots === '' ? module : relativeModule(path, dots.length, module)
      const names = list
        .replace(/[()]/g, '')
        .split(',')
        .map((each) => each.trim().split(/\s/)[0] ?? '')
      for (const name of names) add(name === '' || name === '*' ? base : `${base}.${name}`.replace(/^\./, ''))
    }
    for (const [, list = ''] of text.matchAll(/^[ \t]*import[ \t]+([\w., ]+)/gm)) {
      for (const name of list.split(',')) add(name.trim().split(/\s/)[0] ?? '')
    }
    return found
  }

  const go = (path: string, text: string): readonly string[] => {
    const own = goByFolder.get(posix.dirname(path)) ?? []
    const folders = [...text.matchAll(/"([\w.\-/]+)"/g)].flatMap(([, name = '']) => {
      const tails = name.split('/').map((_, index, parts) => parts.slice(index).join('/'))
      return goByFolder.get(tails.find((tail) => goByFolder.has(tail)) ?? '') ?? []
    })
    // A test of a package sees all of its files; a test of a source is said by their names.
    return path.endsWith('_test.go') ? folders : [...own, ...folders]
  }

  const java = (_path: string, text: string): readonly string[] =>
    [...new Set(text.match(/\b[A-Z]\w+\b/g))].flatMap((name) => javaByName.get(name) ?? [])

  const readers = { javascript, python, go, java }
  return {
    importsOf: (path, text, language) => [...new Set(readers[language](path, text))].filter((each) => each !== path),
  }

  /** `src/shop/cart.py` is `shop.cart` for those who import it: roots such as `src` are left out. */
  function pythonModule(path: string): string {
    const parts = path.replace(/(?:\/__init__)?\.py$/, '').split('/')
    let start = parts.length - 1
    while (start > 0 && known.has(`${parts.slice(0, start).join('/')}/__init__.py`)) start--
    return parts.slice(start).join('.')
  }

  function relativeModule(path: string, dots: number, module: string): string {
    const own = pythonModule(path).split('.')
    const isPackage = path.endsWith('/__init__.py')
    const base = own.slice(0, own.length - dots + (isPackage ? 1 : 0))
    return [...base, ...(module === '' ? [] : [module])].join('.')
  }
}
