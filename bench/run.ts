/**
 * `node bench/run.ts [ROUNDS] [--peer codex]`: measures the built program and writes `bench/RESULTS.md`. Run it on a quiet
 * machine, after `npm run build`. With `--peer` the named program is installed into a scratch folder by npm and runs alongside.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { installPeer, isPeerName, peerNames } from './install-peer.ts'
import { measure, type Row } from './measure.ts'
import { measurePeer } from './measure-peer.ts'
import { openPlace } from './open-place.ts'
import { line, resultsPage } from './write-results.ts'

const { values, positionals } = parseArgs({ options: { peer: { type: 'string' } }, allowPositionals: true })
const rounds = Number(positionals[0] ?? 10)
const { peer: peerName } = values
if (peerName !== undefined && !isPeerName(peerName)) {
  throw new Error(`--peer ${peerName} is not known; known are: ${peerNames.join(', ')}`)
}
const rows: Row[] = []
const place = await openPlace()
const show = (row: Row) => {
  rows.push(row)
  process.stdout.write(`${line(row)}\n`)
}
try {
  for await (const row of measure(place, rounds)) show(row)
  if (peerName !== undefined) await runPeer(peerName)
} finally {
  await place.close()
}
const date = new Date().toISOString().slice(0, 10)
const isRoot = process.getuid?.() === 0
const page = resultsPage(rows, { node: process.version, cores: availableParallelism(), date, rounds, isRoot })
await writeFile(new URL('RESULTS.md', import.meta.url), page)

/** A peer that cannot be had is said, and the rest is kept. */
async function runPeer(name: Parameters<typeof installPeer>[0]): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'codex-peer-'))
  try {
    const peer = await installPeer(name, scratch)
    for await (const row of measurePeer(peer, place, rounds)) show(row)
  } catch (error) {
    process.stderr.write(`The peer was not measured: ${error instanceof Error ? error.message : String(error)}\n`)
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}
