import { isCodexError } from '../../plugin-api/errors.ts'
import type { ContextDeps } from './context-deps.ts'

/**
 * Reads something of the whole workspace after one decision of the gate on its root. Where that is denied, the value
 * is `empty` and a note names the rule.
 */
export async function readWorkspace<Value>(
  name: string,
  empty: Value,
  deps: ContextDeps,
  read: () => Promise<Value>,
): Promise<Value> {
  try {
    return await deps.actions.perform({ kind: 'read_tree', path: deps.workspaceRoot }, read)
  } catch (error) {
    if (!isCodexError(error) || error.code !== 'permission.denied') throw error
    deps.note(`${name} is empty: ${error.message}`)
    return empty
  }
}
