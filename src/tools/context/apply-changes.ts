import type { Action, FileChange } from '../../plugin-api/index.ts'
import { openFileTransaction } from './file-transaction.ts'
import type { ActionScope, Allowed } from './gated-action.ts'

type WriteAction = Extract<Action, { kind: 'write' }>

/**
 * Makes all changes or none. Every path passes the gate first; then the new contents are written aside and put in place
 * one by one, and what was done is undone if one fails. Only the death of the process in between leaves a part.
 * Contents are written as UTF-8; an existing file keeps its mode and owner. Paths are absolute.
 *
 * @throws CodexError `permission.denied`; `tool.failed` at a symbolic link; the `node:fs` error; the abort reason
 */
export async function applyChanges(
  changes: readonly FileChange[],
  actions: ActionScope,
  signal: AbortSignal,
): Promise<void> {
  const allowed: Allowed<WriteAction>[] = []
  try {
    const steps: FileStep[] = []
    for (const step of changes.flatMap(stepsOf)) {
      const answer = await actions.authorize(step.action)
      allowed.push(answer)
      steps.push({ ...step, realPath: answer.action.path })
    }
    await carryOut(steps, signal)
  } catch (error) {
    for (const answer of allowed) await answer.failed(error)
    throw error
  }
  for (const answer of allowed) await answer.done()
}

interface WantedStep {
  readonly action: WriteAction
  /** Absent: the file goes. */
  readonly content?: string
  readonly mode?: number
}

interface FileStep extends WantedStep {
  readonly realPath: string
}

/** A move is the new file and then the end of the old one. */
function stepsOf(change: FileChange): readonly WantedStep[] {
  switch (change.kind) {
    case 'add':
    case 'update':
      return [
        {
          action: { kind: 'write', path: change.path, change: change.kind === 'add' ? 'create' : 'update' },
          content: change.content,
          ...(change.mode !== undefined && { mode: change.mode }),
        },
      ]
    case 'delete':
      return [{ action: { kind: 'write', path: change.path, change: 'delete' } }]
    case 'move':
      return [
        { action: { kind: 'write', path: change.to, change: 'create' }, content: change.content },
        { action: { kind: 'write', path: change.path, change: 'delete' } },
      ]
  }
}

async function carryOut(steps: readonly FileStep[], signal: AbortSignal): Promise<void> {
  const transaction = openFileTransaction()
  try {
    for (const { action, realPath, content, mode } of steps) {
      signal.throwIfAborted()
      await transaction.stage({ path: action.path, realPath, change: action.change, content, mode })
    }
    await transaction.commit()
  } finally {
    await transaction.close()
  }
}
