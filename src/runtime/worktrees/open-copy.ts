import { createHash, randomUUID } from 'node:crypto'
import { lstat, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { withLock } from '../../config/with-lock.ts'
import type { ThreadRequest } from '../../plugin-api/index.ts'
import type { Task } from '../../plugin-api/workflow.ts'
import type { MergeConflict, Workplace, WorkplaceMerge } from '../../plugin-api/workplace.ts'
import { writeScopeLayer } from '../../security/permissions/write-scope-layer.ts'
import { withoutObstacles } from '../../thread/undo/find-obstacles.ts'
import { isSameState, type UndoStep } from '../../thread/undo/plan-undo.ts'
import { readFileState } from '../../thread/undo/read-file-state.ts'
import type { SecurityDeps } from '../open-thread-security.ts'
import { applyMerge } from './apply-merge.ts'
import { type CopyFacts, readCopyFacts, writeCopyFacts } from './copy-facts.ts'
import { linkHistory } from './link-history.ts'
import { type MergePlan, planMerge } from './plan-merge.ts'
import type { CopyRecords } from './record-copies.ts'
import { type RunDirectory, worktreesDirectory } from './run-directory.ts'
import { settleMerge } from './settle-merge.ts'

/** A task of the run, and what its copies have come to. */
export interface WritingTask {
  readonly task: string
  /** Of the workspace: what it changed. */
  readonly mergedPaths: Set<string>
  isInConflict: boolean
  /** True where all that was changed is in the workspace. */
  isBrought: boolean
}

/** What all copies of a run share. */
export interface CopyDeps {
  readonly run: RunDirectory
  readonly records: CopyRecords
  /** Of the run; an attempt is added. */
  readonly tasks: WritingTask[]
  readonly approve?: ThreadRequest['approve']
  /** One at a time reads and writes the workspace. */
  inTurn<Result>(work: () => Promise<Result>): Promise<Result>
}

/** So often the workspace may change under a merge before that counts as a conflict. */
const maxTries = 3

/** A copy of the workspace for one attempt at a task. @throws as `Workplaces.openWorkplace` */
export async function openCopy(
  task: Pick<Task, 'id' | 'title' | 'write'> & { readonly attempt: number },
  shared: CopyDeps,
  deps: SecurityDeps,
  signal: AbortSignal,
): Promise<Workplace> {
  const { run, records, inTurn } = shared
  const { kernel } = deps
  const { workspaceRoot } = kernel.places
  const layer = writeScopeLayer(task.id, task.write, kernel.places)
  const own: WritingTask = { task: task.id, mergedPaths: new Set(), isInConflict: false, isBrought: false }
  const state = { base: '' }
  const keep = (merging?: CopyFacts['merging']) =>
    writeCopyFacts(run.facts(name), {
      ...{ task: task.id, workspace: workspaceRoot, base: state.base, conflict: own.isInConflict },
      ...(merging && { merging }),
    })

  const name = task.attempt === 1 ? task.id : `${task.id}.${task.attempt}`
  await inTurn(async () => {
    signal.throwIfAborted()
    const before = (await exists(run.copy(name))) ? await readCopyFacts(run.facts(name)) : undefined
    if (before) {
      state.base = (await settleMerge(before, name, shared, deps, signal)).base
      return
    }
    // A copy that never became whole.
    await removeCopy(run, name)
    state.base = (await records.workspace(signal)).tree
    await records.checkOut(name, state.base, signal)
    const title = `The workspace before: ${task.title}`
    await linkHistory({ name, tree: state.base, title }, run, kernel, signal)
    await keep()
  })
  shared.tasks.push(own)

  return {
    cwd: run.copy(name),
    merge: (signal) => inTurn(() => alone(deps, () => merge(signal))),
    async discard() {
      if (own.isBrought || !(await isChanged(name, state.base, records))) await removeCopy(run, name)
    },
  }

  async function merge(signal: AbortSignal): Promise<WorkplaceMerge> {
    signal.throwIfAborted()
    for (let tries = 1; ; tries += 1) {
      const copy = await records.copy(name, signal)
      if (copy.missing.length > 0) return await conflict(copy.missing)
      const workspace = await records.workspace(signal)
      const trees = { base: state.base, workspace: workspace.tree, copy: copy.tree }
      const plan = await planMerge(trees, records.git, signal)
      const { steps, conflicts } = await withoutObstacles(plan, workspaceRoot)
      if (conflicts.length > 0) return await conflict(conflicts)
      const changed = await changedMeanwhile(steps, workspaceRoot)
      if (changed !== undefined && tries === maxTries) {
        return await conflict([
          { path: changed, reason: 'what stands there was not recorded, or changes again and again' },
        ])
      }
      if (changed !== undefined) continue
      const id = randomUUID()
      const author = { task: task.id, layer, id, ...(shared.approve && { approve: shared.approve }) }
      if (steps.length > 0) await keep({ id, from: workspace.tree, to: plan.tree, copy: copy.tree })
      const files = steps.length === 0 ? [] : await applyMerge(steps, author, deps, signal).finally(() => keep())
      for (const { path } of files) own.mergedPaths.add(path)
      state.base = copy.tree
      own.isInConflict = false
      own.isBrought = true
      await keep()
      return { status: 'merged', files }
    }
  }

  async function conflict(found: MergePlan['conflicts']): Promise<WorkplaceMerge> {
    own.isInConflict = true
    own.isBrought = false
    await keep()
    const conflicts = found.map(({ path, reason }): MergeConflict => {
      const tasks = shared.tasks.filter((other) => other !== own && other.mergedPaths.has(path))
      return { path, reason, tasks: [...new Set(tasks.map((other) => other.task))] }
    })
    return { status: 'conflict', conflicts, kept: run.copy(name) }
  }
}

/** No two processes merge into one workspace at the same time. */
async function alone<Result>({ kernel }: SecurityDeps, work: () => Promise<Result>): Promise<Result> {
  const place = createHash('sha256').update(kernel.places.workspaceRoot).digest('hex').slice(0, 16)
  return await withLock(join(worktreesDirectory(kernel.codexHome), `.${place}.lock`), work)
}

/** A file that is no longer what the merge was worked out for. */
async function changedMeanwhile(steps: readonly UndoStep[], root: string): Promise<string | undefined> {
  for (const { path, current } of steps) {
    if (!isSameState(await readFileState(root, path), current)) return path
  }
  return undefined
}

/** Takes a copy away with all that is known of it. @throws the `node:fs` error */
export async function removeCopy(run: RunDirectory, name: string): Promise<void> {
  // The facts go first: what has none was never whole, and a kill between leaves nothing that looks changed.
  const places = [run.facts(name), run.copy(name), run.copyRecord(name), join(run.store, 'worktrees', name)]
  for (const place of places) await rm(place, { recursive: true, force: true })
}

/** Looking at what a copy has become may take so long, whoever does not wait any longer. */
const lookTimeoutMs = 20_000

/** Whether a copy holds what the workspace has not got from it; what cannot be looked at may. */
export async function isChanged(name: string, base: string, records: CopyRecords): Promise<boolean> {
  try {
    const { tree, missing } = await records.copy(name, AbortSignal.timeout(lookTimeoutMs))
    return tree !== base || missing.length > 0
  } catch {
    return true
  }
}

async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined
}
