/**
 * `node bench/run.ts [ROUNDS]`: measures the built program and writes `bench/RESULTS.md`. Run it on a quiet machine,
 * after `npm run build`.
 */
import { writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { measure, type Row } from './measure.ts'
import { openPlace } from './open-place.ts'
import { line, resultsPage } from './write-results.ts'

const rounds = Number(process.argv[2] ?? 10)
const rows: Row[] = []
const place = await openPlace()
try {
  for await (const row of measure(place, rounds)) {
    rows.push(row)
    process.stdout.write(`${line(row)}\n`)
  }
} finally {
  await place.close()
}
const date = new Date().toISOString().slice(0, 10)
const isRoot = process.getuid?.() === 0
const page = resultsPage(rows, { node: process.version, cores: availableParallelism(), date, rounds, isRoot })
await writeFile(new URL('RESULTS.md', import.meta.url), page)
