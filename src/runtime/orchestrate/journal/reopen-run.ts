import type { Plan } from '../../../plugin-api/index.ts'
import type { Origin } from '../../../plugin-api/origin.ts'
import type { ResumeRequest, RunRequest } from '../../../plugin-api/run.ts'
import type { Kernel } from '../../load-kernel.ts'
import { findRun } from './find-run.ts'
import { type OpenRun, redactorOf } from './open-run.ts'
import { readRun } from './read-run.ts'
import { openJournal } from './run-journal.ts'
import type { RunRecord } from './run-record.ts'

/**
 * Goes on with a run of this directory.
 *
 * @throws CodexError `run.not_found`, `run.elsewhere`, `run.busy`, `run.damaged`, `run.unwritable`
 */
export async function reopenRun(
  request: ResumeRequest,
  kernel: Kernel,
): Promise<OpenRun & { readonly record: RunRecord }> {
  const { codexHome, options } = kernel
  const found = findRun(request.resume, { codexHome, cwd: options.cwd })
  const { runId } = found
  const journal = await openJournal(codexHome, runId, { now: options.now, redact: redactorOf(kernel) })
  try {
    // Whoever had it until now may have added to it.
    const record = readRun(codexHome, runId) ?? found.record
    const { goal, plan, playbook, workflow = record.planned?.workflow, max_parallel: kept } = record.started
    const { approve, ask, maxParallel = kept } = request
    const whole: RunRequest = {
      ...{ goal, plan: (record.planned?.plan ?? plan) as Plan, playbook }, // as it was handed in
      ...(workflow && { workflow: { id: workflow.id, origin: originNow(workflow.origin, kernel) } }),
      ...(maxParallel !== undefined && { maxParallel }),
      ...{ ...(approve && { approve }), ...(ask && { ask }) },
    }
    return { runId, request: whole, journal, record }
  } catch (error) {
    await journal.close()
    throw error
  }
}

/** A repository that is no longer trusted bounds what came from it; one that is trusted since does not widen it. */
function originNow(origin: Origin, { loaded }: Kernel): Origin {
  return { ...origin, trusted: origin.trusted && (origin.layer !== 'project' || loaded.trust === 'trusted') }
}
