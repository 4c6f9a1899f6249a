import type { Action, FileChange } from '../../plugin-api/index.ts'
import type { FileWrite } from '../../sandbox/files/file-transaction.ts'
import type { FileWriter } from '../../sandbox/files/file-writer.ts'
import type { Gate } from '../../security/gate.ts'
import type { ActionScope, Allowed } from './gated-action.ts'

type WriteAction = Extract<Action, { kind: 'write' }>

/**
 * Makes all changes or none. Every path passes the gate first; then the new contents are written aside and put in place
 * one by one, and what was done is undone if one fails. Only the death of the program in between leaves a part.
 * Contents are written as UTF-8; an existing file keeps its mode and owner. Paths are absolute.
 *
 * @throws CodexError `permission.denied`; `tool.failed` at a symbolic link; `sandbox.*`; the `node:fs` error; the abort reason
 */
export async function applyChanges(
  changes: readonly FileChange[],
  actions: ActionScope,
  { gate, writer }: { readonly gate: Pick<Gate, 'permissions' | 'granted'>; readonly writer: FileWriter },
  signal: AbortSignal,
): Promise<void> {
  const allowed: Allowed<WriteAction>[] = []
  try {
    const files: FileWrite[] = []
    for (const { action, content, mode } of changes.flatMap(stepsOf)) {
      const answer = await actions.authorize(action)
      allowed.push(answer)
      files.push({ path: action.path, realPath: answer.action.path, change: action.change, content, mode })
    }
    const granted = gate.granted().flatMap(({ access, path }) => (access === 'write' ? path : []))
    const agreed = allowed.flatMap(({ action, isAgreed }) => (isAgreed ? action.path : []))
    await writer.write(files, { permissions: gate.permissions, agreed: [...granted, ...agreed] }, signal)
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
