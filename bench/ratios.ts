import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { Row } from './measure.ts'

const ratiosSchema = z.record(
  z.string(),
  z.strictObject({
    ratio: z.number().positive().describe('Of a measurement by the floor of the same run. Less is better.'),
    tolerance: z
      .number()
      .min(1)
      .describe(
        'So many times the ratio may be measured later: what one quiet run differs from another, and machines.',
      ),
  }),
)

/** Ratios of an earlier run, by the name of their row. */
export type Ratios = z.infer<typeof ratiosSchema>

/** For rows that are kept for the first time. Quiet runs of the same program were within 1.3 of each other; machines differ more. */
export const usualTolerance = 1.5

/** Reads what was kept. @throws Error with the field that is wrong */
export function readRatios(file: URL | string): Ratios {
  const parsed = ratiosSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')))
  if (!parsed.success) throw new Error(`${String(file)}: ${z.prettifyError(parsed.error)}`)
  return parsed.data
}

/** What of the rows is worse than what was kept, or cannot be compared with it, a line each. Empty: nothing. */
export function worsened(rows: readonly Row[], ratios: Ratios): readonly string[] {
  const measured = new Map(rows.flatMap(({ what, kept }) => (kept ? [[kept.id, { what, ratio: kept.ratio }]] : [])))
  const all = [...new Set([...Object.keys(ratios), ...measured.keys()])]
  return all.flatMap((id) => {
    const [before, now] = [ratios[id], measured.get(id)]
    if (now === undefined) return [`${id}: was not measured. Take it out of bench/ratios.json if it is gone.`]
    if (before === undefined) return [`${id} (${now.what}): no ratio is kept. Keep it: npm run bench:agents -- --keep`]
    const most = before.ratio * before.tolerance
    // What is no number is no proof that all is well.
    if (now.ratio <= most) return []
    return [
      `${id} (${now.what}): ${now.ratio.toFixed(2)} times the floor, at most ${most.toFixed(2)} (kept ${before.ratio.toFixed(2)})`,
    ]
  })
}

/** The ratios of the rows, to be kept, each under the tolerance that it had. */
export function ratiosOf(rows: readonly Row[], before: Ratios): Ratios {
  return Object.fromEntries(
    rows.flatMap(({ kept }) => {
      if (!kept) return []
      const { tolerance } = before[kept.id] ?? { tolerance: usualTolerance }
      return [[kept.id, { ratio: Number(kept.ratio.toPrecision(3)), tolerance }]]
    }),
  )
}
