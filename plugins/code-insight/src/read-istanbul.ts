import { z } from 'codex-kernel/plugin-api'
import type { FileCoverage } from './file-coverage.ts'

const place = z.object({ start: z.object({ line: z.number().nullish() }) })
const fileSchema = z.object({
  path: z.string().optional(),
  statementMap: z.record(z.string(), place),
  s: z.record(z.string(), z.number()),
  fnMap: z
    .record(z.string(), z.object({ name: z.string().optional(), loc: place.optional(), decl: place.optional() }))
    .default({}),
  f: z.record(z.string(), z.number()).default({}),
  b: z.record(z.string(), z.array(z.number())).default({}),
})
const share = z.object({ total: z.number(), covered: z.number() })
const summarySchema = z.object({ lines: share, functions: share.optional(), branches: share.optional() })

/** `coverage-final.json`: a table of statements, functions and branches for each file, and how often each ran. */
export function readIstanbul(report: Readonly<Record<string, unknown>>): readonly FileCoverage[] {
  return Object.entries(report).flatMap(([key, value]): FileCoverage[] => {
    const parsed = fileSchema.safeParse(value)
    if (!parsed.success) return []
    const { path = key, statementMap, s, fnMap, f, b } = parsed.data
    const lines = new Map<number, number>()
    for (const [id, { start }] of Object.entries(statementMap)) {
      // A line ran if the statement that begins on it did; of several, all have to.
      if (start.line) lines.set(start.line, Math.min(s[id] ?? 0, lines.get(start.line) ?? Number.POSITIVE_INFINITY))
    }
    const functions = Object.entries(fnMap).map(([id, { name = '(anonymous)', loc, decl }]) => ({
      ...{ name, line: decl?.start.line ?? loc?.start.line ?? 1, hits: f[id] ?? 0 },
    }))
    const branches = Object.values(b).flat()
    return [
      {
        path,
        lines,
        functions,
        branches: { covered: branches.filter((hits) => hits > 0).length, total: branches.length },
      },
    ]
  })
}

/** `coverage-summary.json`: totals for each file, no lines. */
export function readIstanbulSummary(report: Readonly<Record<string, unknown>>): readonly FileCoverage[] {
  return Object.entries(report).flatMap(([path, value]): FileCoverage[] => {
    const parsed = summarySchema.safeParse(value)
    if (path === 'total' || !parsed.success) return []
    const { lines: totals, branches = { covered: 0, total: 0 } } = parsed.data
    return [{ path, lines: new Map(), functions: [], branches, totals }]
  })
}
