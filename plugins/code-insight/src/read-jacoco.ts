import type { FileCoverage } from './file-coverage.ts'
import { readXml } from './read-xml.ts'

interface JacocoMethod {
  readonly name: string
  readonly line: number
  hits: number
}

/** JaCoCo's XML: packages with classes (methods and their counters) and source files (lines: `mi`, `ci` instructions, `mb`, `cb` branches). */
export function readJacoco(text: string): readonly FileCoverage[] {
  const files: FileCoverage[] = []
  let folder = ''
  /** By source file of the package. */
  let methods = new Map<string, JacocoMethod[]>()
  let sourceOfClass = ''
  let method: JacocoMethod | undefined
  let open: { path: string; lines: Map<number, number>; covered: number; total: number } | undefined
  for (const { name, isEnd, attributes } of readXml(text)) {
    if (name === 'package' && !isEnd) {
      folder = attributes.name ?? ''
      methods = new Map()
    } else if (name === 'class' && !isEnd) sourceOfClass = attributes.sourcefilename ?? ''
    else if (name === 'method' && !isEnd && !/^<clinit>$|^lambda\$/.test(attributes.name ?? '')) {
      method = {
        name: attributes.name === '<init>' ? 'constructor' : (attributes.name ?? ''),
        line: Number(attributes.line ?? 1),
        hits: 0,
      }
      methods.set(sourceOfClass, [...(methods.get(sourceOfClass) ?? []), method])
    } else if (name === 'method') method = undefined
    else if (name === 'counter' && !isEnd && method && attributes.type === 'METHOD')
      method.hits = Number(attributes.covered ?? 0)
    else if (name === 'sourcefile' && !isEnd)
      open = { path: attributes.name ?? '', lines: new Map(), covered: 0, total: 0 }
    else if (name === 'line' && !isEnd && open) {
      open.lines.set(Number(attributes.nr), Number(attributes.ci ?? 0))
      open.covered += Number(attributes.cb ?? 0)
      open.total += Number(attributes.cb ?? 0) + Number(attributes.mb ?? 0)
    } else if (name === 'sourcefile' && open) {
      const { path, lines, covered, total } = open
      files.push({
        path: folder === '' ? path : `${folder}/${path}`,
        lines,
        functions: methods.get(path) ?? [],
        branches: { covered, total },
      })
      open = undefined
    }
  }
  return files
}
