import { isCodexError } from '../../plugin-api/errors.ts'
import type { TaskResult } from '../../plugin-api/run.ts'
import type { MergeConflict, Workplace } from '../../plugin-api/workplace.ts'

/** As many files in conflict are named. */
const maxNamed = 5

/**
 * Brings what a task changed in its copy into the workspace. Where it cannot be, the task is blocked: its work is done and lies in the copy, and
 * trying again would end in the same way.
 *
 * @throws the abort reason; what is no CodexError
 */
export async function mergeWork(
  result: TaskResult & { readonly status: 'done' },
  place: Workplace,
  signal: AbortSignal,
): Promise<TaskResult> {
  const { text: _, status: __, ...facts } = result
  const blocked = (message: string, code: string): TaskResult => ({
    ...facts,
    status: 'blocked',
    error: { message: `${message}; all that it changed is kept in ${place.cwd}`, code },
  })
  try {
    const merged = await place.merge(signal)
    if (merged.status === 'merged') return { ...result, ...(merged.files.length > 0 && { changes: merged.files }) }
    return blocked(`its changes are in conflict with the workspace: ${conflictsText(merged.conflicts)}`, 'run.conflict')
  } catch (error) {
    signal.throwIfAborted()
    if (!isCodexError(error)) throw error
    return blocked(`its changes were not brought into the workspace: ${error.message}`, error.code)
  }
}

function conflictsText(conflicts: readonly MergeConflict[]): string {
  const named = conflicts.slice(0, maxNamed).map(({ path, reason, tasks }) => {
    const who = tasks.length === 0 ? '' : `; ${tasks.map((task) => `task ${task}`).join(' and ')} changed it before`
    return `${path} (${reason}${who})`
  })
  const left = conflicts.length - named.length
  return [...named, ...(left > 0 ? [`and ${left} more`] : [])].join(', ')
}
