import { readdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { changesBetween, isSameState, stateOf, type UndoStep } from '../../thread/undo/plan-undo.ts'
import { readFileState } from '../../thread/undo/read-file-state.ts'
import type { SecurityDeps } from '../open-thread-security.ts'
import { writeSteps } from '../undo/write-steps.ts'
import { type CopyFacts, writeCopyFacts } from './copy-facts.ts'
import type { CopyRecords } from './record-copies.ts'
import type { RunDirectory } from './run-directory.ts'

/**
 * Makes a merge whole or nothing whose process was killed meanwhile: where all files were in place it counts as done, else those that were
 * become again what they were. What somebody has changed since stays as it is. Gives what is known of the copy then.
 *
 * @param deps of the workspace that the copy is of
 * @throws CodexError `permission.denied`, `tool.failed`; the `node:fs` error; the abort reason
 */
export async function settleMerge(
  { merging, ...facts }: CopyFacts,
  name: string,
  { run, records }: { readonly run: RunDirectory; readonly records: CopyRecords },
  deps: SecurityDeps,
  signal: AbortSignal,
): Promise<CopyFacts> {
  if (merging === undefined) return facts
  const { workspaceRoot } = deps.kernel.places
  const changes = await changesBetween(merging.from, merging.to, records.git, signal)
  const back: UndoStep[] = []
  let inPlace = 0
  for (const { path, before, after } of changes) {
    const [was, meant] = [await stateOf(before, records.git, signal), await stateOf(after, records.git, signal)]
    const now = await readFileState(workspaceRoot, path)
    if (isSameState(now, meant)) inPlace += 1
    // Where nothing is, what was there lies aside.
    if (isSameState(now, was) || (!isSameState(now, meant) && now !== undefined)) continue
    back.push({ path, merged: false, ...(now && { current: now }), ...(was && { wanted: was }) })
  }
  const isWhole = inPlace === changes.length
  if (!isWhole && back.length > 0) {
    await writeSteps(back, { name: `taking back the merge of ${facts.task}`, layers: [] }, deps, signal)
  }
  await clearAside(merging.id, new Set(changes.map(({ path }) => dirname(join(workspaceRoot, path)))))
  const settled = { ...facts, ...(isWhole && { base: merging.copy }) }
  await writeCopyFacts(run.facts(name), settled)
  return settled
}

/** What the writes of this id left beside the files. */
async function clearAside(id: string, directories: ReadonlySet<string>): Promise<void> {
  for (const directory of directories) {
    const left = (await readdir(directory).catch(() => [])).filter((entry) => entry.startsWith(`.codex-${id}-`))
    for (const entry of left) await rm(join(directory, entry), { recursive: true, force: true })
  }
}
