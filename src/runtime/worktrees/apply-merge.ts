import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { Action, PermissionLayer, ThreadRequest } from '../../plugin-api/index.ts'
import type { MergedFile } from '../../plugin-api/workplace.ts'
import type { UndoStep } from '../../thread/undo/plan-undo.ts'
import { type Allowed, createActionScope } from '../../tools/context/gated-action.ts'
import { openThreadSecurity, type SecurityDeps } from '../open-thread-security.ts'
import { openWorkspaceUndo } from '../undo/open-workspace-undo.ts'
import { restoreFiles } from '../undo/restore-files.ts'

/** Whose changes they are. */
export interface MergeAuthor {
  readonly task: string
  /** What the task may write, as a layer over the workspace. */
  readonly layer: PermissionLayer
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
  { task, layer, approve }: MergeAuthor,
  deps: SecurityDeps,
  signal: AbortSignal,
): Promise<readonly MergedFile[]> {
  const { workspaceRoot } = deps.kernel.places
  const security = await openThreadSecurity({ ...(approve && { approve }) }, undefined, deps)
  const gate = security.gate(`merge of ${task}`, [layer])
  const actions = createActionScope({ gate, denied: () => undefined, signal })
  const allowed: { readonly answer: Allowed<Extract<Action, { kind: 'write' }>>; readonly step: UndoStep }[] = []
  try {
    for (const step of steps) {
      // Where a link is, the link itself is asked about, and not what it leads to.
      const isEntry = step.wanted === undefined || step.current?.mode === '120000'
      const change = isEntry ? 'delete' : step.current === undefined ? 'create' : 'update'
      const path = join(workspaceRoot, step.path)
      allowed.push({ answer: await actions.authorize({ kind: 'write', path, change }), step })
    }
    const undo = openWorkspaceUndo(deps.kernel)
    const turn = randomUUID()
    await undo.begin({ turn, thread: '', kind: 'turn', title: `merge of task ${task}` }, signal)
    try {
      await restoreFiles(
        allowed.map(({ answer, step }) => ({ step, action: answer.action })),
        workspaceRoot,
      )
    } finally {
      // What was written is there, whoever does not wait any longer.
      await undo.end(turn, AbortSignal.timeout(endTimeoutMs))
    }
    for (const { answer } of allowed) await answer.done()
  } catch (error) {
    for (const { answer } of allowed) await answer.failed(error)
    throw error
  } finally {
    gate.endTurn()
    await security.audit.sync()
    await security.audit.close()
  }
  return steps.map(({ path, current, wanted }) => ({
    path,
    change: wanted === undefined ? 'delete' : current === undefined ? 'create' : 'update',
  }))
}

/** Recording what a merge left has so long. */
const endTimeoutMs = 20_000
