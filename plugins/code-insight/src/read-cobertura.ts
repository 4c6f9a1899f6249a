import type { FileCoverage } from './file-coverage.ts'
import { mergeCoverage } from './file-coverage.ts'
import { readXml } from './read-xml.ts'

/** Cobertura's XML, which coverage.py, istanbul, gcovr and coverlet write too: `class filename`, `line number hits`, conditions as `50% (1/2)`. */
export function readCobertura(text: string): readonly FileCoverage[] {
  const files = new Map<string, FileCoverage>()
  let open:
    | {
        path: string
        lines: Map<number, number>
        functions: { name: string; line: number; hits: number }[]
        covered: number
        total: number
      }
    | undefined
  let method: { name: string; line?: number; hits: number } | undefined
  for (const { name, isEnd, attributes } of readXml(text)) {
    if (name === 'class' && !isEnd)
      open = { path: attributes.filename ?? '', lines: new Map(), functions: [], covered: 0, total: 0 }
    else if (name === 'method' && !isEnd) method = { name: attributes.name ?? '', hits: 0 }
    else if (name === 'method' && open && method) {
      if (method.line !== undefined) open.functions.push({ ...method, line: method.line })
      method = undefined
    } else if (name === 'line' && !isEnd && open) {
      const [line, hits] = [Number(attributes.number), Number(attributes.hits)]
      if (method) {
        method.line ??= line
        method.hits = Math.max(method.hits, hits)
      }
      // Lines of a method stand among those of its class once more.
      const isNew = !open.lines.has(line)
      open.lines.set(line, Math.max(hits, open.lines.get(line) ?? 0))
      const [, covered, total] = /\((\d+)\/(\d+)\)/.exec(attributes['condition-coverage'] ?? '') ?? []
      if (isNew && total !== undefined) {
        open.covered += Number(covered)
        open.total += Number(total)
      }
    } else if (name === 'class' && open) {
      const { path, lines, functions, covered, total } = open
      const file = { path, lines, functions, branches: { covered, total } }
      const known = files.get(path)
      files.set(path, known ? mergeCoverage(known, file) : file)
      open = undefined
    }
  }
  return [...files.values()]
}
