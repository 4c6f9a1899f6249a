/**
 * `node bench/run.ts [ROUNDS] [--only program|agents] [--peer codex] [--compare] [--keep]`: measures the built program and writes
 * `bench/RESULTS.md`. Run it on a quiet machine, after `npm run build`. With `--peer` the named program is installed into a scratch folder by
 * npm and runs alongside. `--compare` ends with 1 where a ratio is worse than what `bench/ratios.json` keeps, by more than its tolerance; `--keep`
 * writes that file anew.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { installPeer, isPeerName, peerNames } from './install-peer.ts'
import { measure, type Row } from './measure.ts'
import { measureAgents } from './measure-agents.ts'
import { measurePeer } from './measure-peer.ts'
import { openPlace, type Place } from './open-place.ts'
import { ratiosOf, readRatios, worsened } from './ratios.ts'
import { line, type Part, parts, resultsPage } from './write-results.ts'

const { values, positionals } = parseArgs({
  options: {
    peer: { type: 'string' },
    only: { type: 'string' },
    compare: { type: 'boolean' },
    keep: { type: 'boolean' },
  },
  allowPositionals: true,
})
const rounds = Number(positionals[0] ?? 10)
const { peer: peerName, only, compare = false, keep = false } = values
if (peerName !== undefined && !isPeerName(peerName)) {
  throw new Error(`--peer ${peerName} is not known; known are: ${peerNames.join(', ')}`)
}
if (only !== undefined && !(only in parts)) {
  throw new Error(`--only ${only} is not known; known are: ${Object.keys(parts).join(', ')}`)
}
const pageFile = new URL('RESULTS.md', import.meta.url)
const ratiosFile = new URL('ratios.json', import.meta.url)
const how: Readonly<Record<Part, (place: Place) => AsyncIterable<Row>>> = {
  async *program(place) {
    yield* measure(place, rounds)
    if (peerName !== undefined) yield* withPeer(peerName, place)
  },
  agents: (place) => measureAgents(place, rounds),
}
const measured: Row[] = []
for (const part of Object.keys(parts) as Part[]) {
  if (only === undefined || part === only) await writePart(part)
}
const before = existsSync(ratiosFile) ? readRatios(ratiosFile) : {}
if (keep) writeFileSync(ratiosFile, `${JSON.stringify(ratiosOf(measured, before), null, 2)}\n`)
if (compare) {
  const problems = worsened(measured, before)
  for (const problem of problems) process.stderr.write(`${problem}\n`)
  if (problems.length > 0) process.exitCode = 1
}

async function writePart(part: Part): Promise<void> {
  const rows: Row[] = []
  const place = await openPlace()
  try {
    for await (const row of how[part](place)) {
      rows.push(row)
      process.stdout.write(`${line(row)}\n`)
    }
  } finally {
    await place.close()
  }
  measured.push(...rows)
  const date = new Date().toISOString().slice(0, 10)
  const isRoot = process.getuid?.() === 0
  const on = { node: process.version, cores: availableParallelism(), date, rounds, isRoot }
  const page = existsSync(pageFile) ? readFileSync(pageFile, 'utf8') : ''
  writeFileSync(pageFile, resultsPage(page, part, rows, on))
}

/** A peer that cannot be had is said, and the rest is kept. */
async function* withPeer(name: Parameters<typeof installPeer>[0], place: Place): AsyncGenerator<Row> {
  const scratch = await mkdtemp(join(tmpdir(), 'codex-peer-'))
  try {
    const peer = await installPeer(name, scratch)
    yield* measurePeer(peer, place, rounds)
  } catch (error) {
    process.stderr.write(`The peer was not measured: ${error instanceof Error ? error.message : String(error)}\n`)
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}
