import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { openPlace, type Place } from '../bench/open-place.ts'
import { runProcess, type Subject } from '../bench/run-process.ts'
import { type RanFunction, withEagerFunctions } from './eager-functions.ts'

/** The files of the bundle, relative to the root with `/`, and those that each imports at once. */
export type FileImports = ReadonlyMap<string, readonly string[]>

/**
 * Rewrites the built program so that V8 compiles with a file what a usual run calls of it (docs/decisions/compiled-with-its-file.md). What that is
 * is seen, not listed: the program takes some turns of a scripted model.
 *
 * @throws Error where a run does not end as it should
 */
export async function tuneBundle(root: string, imports: FileImports): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'codex-coverage-'))
  const place = await openPlace()
  try {
    const subjects = await usualRuns(place)
    const watched = subjects.map((each) => ({ ...each, env: { ...each.env, NODE_V8_COVERAGE: directory } }))
    await Promise.all(
      watched.map(async (subject) => {
        // Twice: what the first run of a home keeps, others read.
        for (const _ of ['first', 'second']) await runProcess(subject, { memory: false })
      }),
    )
    rewrite(root, ranFunctions(directory), imports)
  } finally {
    await place.close()
    rmSync(directory, { recursive: true, force: true })
  }
}

async function usualRuns(place: Place): Promise<readonly Subject[]> {
  const calls = [
    { shell: 'echo one' },
    { shell: 'ls -la . | head -3' },
    { name: 'read_file', arguments: { path: 'a.txt' } },
    { name: 'search', arguments: { pattern: 'a' } },
    { name: 'apply_patch', input: '*** Begin Patch\n*** Add File: b.txt\n+b\n*** End Patch\n' },
  ]
  const exec = async (mode: string, isBusy: boolean): Promise<Subject> => {
    const turns = [...(isBusy ? calls.map((call) => ({ calls: [call] })) : []), { text: 'done' }]
    const more = { url: await place.serve(turns, 2), workspace: { 'a.txt': 'a\n' } }
    return await place.codex(['exec', '-s', mode, 'hi'], 'done', more)
  }
  return [
    await exec('danger-full-access', false),
    await exec('danger-full-access', true),
    // Where there is no sandbox, the model is told so, and the turn goes on.
    await exec('workspace-write', true),
    await place.codex(['agents', 'list'], 'security-analyst', {}),
  ]
}

/** What V8 writes for NODE_V8_COVERAGE, as far as it is read here. */
const coverageSchema = z.object({
  result: z.array(
    z.object({
      url: z.string(),
      functions: z.array(
        z.object({ ranges: z.array(z.object({ startOffset: z.int(), endOffset: z.int(), count: z.int() })) }),
      ),
    }),
  ),
})

/** By file, the functions that ran in any of the runs. */
function ranFunctions(directory: string): ReadonlyMap<string, readonly RanFunction[]> {
  const ran = new Map<string, Map<string, RanFunction>>()
  for (const name of readdirSync(directory)) {
    const { result } = coverageSchema.parse(JSON.parse(readFileSync(join(directory, name), 'utf8')))
    for (const { url, functions } of result.filter((script) => script.url.startsWith('file:'))) {
      const ofFile = ran.get(fileURLToPath(url)) ?? new Map()
      for (const { ranges } of functions) {
        const [whole] = ranges
        if (!whole || whole.count === 0) continue
        const { startOffset: start, endOffset: end } = whole
        ofFile.set(`${start}-${end}`, { start, end })
      }
      ran.set(fileURLToPath(url), ofFile)
    }
  }
  return new Map([...ran].map(([file, functions]) => [file, [...functions.values()]]))
}

function rewrite(root: string, ran: ReadonlyMap<string, readonly RanFunction[]>, imports: FileImports): void {
  for (const [file, functions] of ran) {
    const name = relative(root, file).replaceAll(sep, '/')
    if (!imports.has(name)) continue
    const mayMove = !importsItself(name, imports)
    writeFileSync(file, withEagerFunctions(readFileSync(file, 'utf8'), functions, mayMove))
  }
}

function importsItself(file: string, imports: FileImports): boolean {
  const reached = new Set(imports.get(file))
  for (const each of reached) for (const next of imports.get(each) ?? []) reached.add(next)
  return reached.has(file)
}
