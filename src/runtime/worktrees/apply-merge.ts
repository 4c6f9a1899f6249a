import { randomUUID } from 'node:crypto'
import type { PermissionLayer, ThreadRequest } from '../../plugin-api/index.ts'
import type { MergedFile } from '../../plugin-api/run.ts'
import type { UndoStep } from '../../thread/undo/plan-undo.ts'
import type { SecurityDeps } from '../open-thread-security.ts'
import { openWorkspaceUndo } from '../undo/open-workspace-undo.ts'
import { writeSteps } from '../undo/write-steps.ts'

/** Whose changes they are. */
export interface MergeAuthor {
  readonly task: string
  /** What the task may write, as a layer over the workspace. */
  readonly layer: PermissionLayer
  /** Of the writes, as for `restoreFiles`. */
  readonly id: string
  /** Who is asked where the profile asks. Absent: nobody, and it is denied. */
  readonly approve?: ThreadRequest['approve']
}

/**
 * Writes the changes of a copy into the workspace, all or none: each path passes the gate before the first is written. What was there is recorded
 * before, as one step for undo.
 *
 * @throws CodexError `permission.denied`, `tool.failed`; the `node:fs` error; the abort reason
 */
export async function applyMerge(
  steps: readonly UndoStep[],
  { task, layer, id, approve }: MergeAuthor,
  deps: SecurityDeps,
  signal: AbortSignal,
): Promise<readonly MergedFile[]> {
  const undo = openWorkspaceUndo(deps.kernel)
  const turn = randomUUID()
  const around = async (write: () => Promise<void>) => {
    await undo.begin({ turn, thread: '', kind: 'turn', title: `merge of task ${task}` }, signal)
    try {
      await write()
    } finally {
      // What was written is there, whoever does not wait any longer.
      await undo.end(turn, AbortSignal.timeout(endTimeoutMs))
    }
  }
  const author = { name: `merge of ${task}`, layers: [layer], id, around, ...(approve && { approve }) }
  await writeSteps(steps, author, deps, signal)
  return steps.map(({ path, current, wanted }) => ({
    path,
    change: wanted === undefined ? 'delete' : current === undefined ? 'create' : 'update',
  }))
}

/** Recording what a merge left has so long. */
const endTimeoutMs = 20_000
