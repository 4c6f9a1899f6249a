import { join } from 'node:path'
import type { Action, PermissionLayer, ThreadRequest } from '../../plugin-api/index.ts'
import type { UndoStep } from '../../thread/undo/plan-undo.ts'
import { type Allowed, createActionScope } from '../../tools/context/gated-action.ts'
import { openThreadSecurity, type SecurityDeps } from '../open-thread-security.ts'
import { restoreFiles } from './restore-files.ts'

/** In whose name files are written, and within what. */
export interface StepsAuthor {
  /** As the audit log names it. */
  readonly name: string
  /** Layers besides those of the profile. */
  readonly layers: readonly PermissionLayer[]
  /** Who is asked where the profile asks. Absent: nobody, and it is denied. */
  readonly approve?: ThreadRequest['approve']
  /** Of the writes, as for `restoreFiles`. Absent: any. */
  readonly id?: string
  /** What is done before and after the writing itself, once all of it is allowed. */
  readonly around?: (write: () => Promise<void>) => Promise<void>
}

/**
 * All or none: each path passes the gate before the first is written.
 *
 * @throws CodexError `permission.denied`, `tool.failed`; the `node:fs` error; the abort reason
 */
export async function writeSteps(
  steps: readonly UndoStep[],
  { name, layers, approve, id, around = (write) => write() }: StepsAuthor,
  deps: SecurityDeps,
  signal: AbortSignal,
): Promise<void> {
  const { workspaceRoot } = deps.kernel.places
  const security = await openThreadSecurity({ ...(approve && { approve }) }, undefined, deps)
  const gate = security.gate(name, [...layers])
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
    const allowedSteps = allowed.map(({ answer, step }) => ({ step, action: answer.action }))
    await around(async () => await restoreFiles(allowedSteps, workspaceRoot, id))
    for (const { answer } of allowed) await answer.done()
  } catch (error) {
    for (const { answer } of allowed) await answer.failed(error)
    throw error
  } finally {
    gate.endTurn()
    await security.audit.sync()
    await security.audit.close()
  }
}
