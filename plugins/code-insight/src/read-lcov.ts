import type { FileCoverage } from './file-coverage.ts'

/** A tracefile as geninfo(1) describes it: a block for each source, of lines `DA`, functions `FN` and `FNDA`, branches `BRF` and `BRH`. */
export function readLcov(text: string): readonly FileCoverage[] {
  return text.split(/^end_of_record\s*$/m).flatMap((block): FileCoverage[] => {
    const path = /^SF:(.*?)\r?$/m.exec(block)?.[1]
    if (path === undefined) return []
    const lines = new Map(
      [...block.matchAll(/^DA:(\d+),(-?\d+)/gm)].map(([, line, hits]) => [Number(line), Number(hits)]),
    )
    const hits = new Map(
      [...block.matchAll(/^FNDA:(\d+),(.*?)\r?$/gm)].map(([, count, name = '']) => [name, Number(count)]),
    )
    const functions = [...block.matchAll(/^FN:(\d+),(?:\d+,)?(.*?)\r?$/gm)].map(([, line, name = '']) => ({
      ...{ name, line: Number(line), hits: hits.get(name) ?? 0 },
    }))
    const total = Number(/^BRF:(\d+)/m.exec(block)?.[1] ?? 0)
    return [{ path, lines, functions, branches: { covered: Number(/^BRH:(\d+)/m.exec(block)?.[1] ?? 0), total } }]
  })
}
