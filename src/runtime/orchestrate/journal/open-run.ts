import { v7 as uuidv7 } from 'uuid'
import type { Plan } from '../../../plugin-api/index.ts'
import type { Origin } from '../../../plugin-api/origin.ts'
import type { ResumeRequest, RunRequest } from '../../../plugin-api/run.ts'
import { createValueRedactor } from '../../../security/redact.ts'
import type { Kernel } from '../../load-kernel.ts'
import { findRun } from './find-run.ts'
import { type JournalPayload, journalVersion } from './journal-lines.ts'
import { openJournal, type RunJournal, readRun } from './run-journal.ts'
import type { RunRecord } from './run-record.ts'

/** A run that this process has. */
export interface OpenRun {
  readonly runId: string
  /** What was asked for, of a run that goes on when it began; without secrets in its goal. */
  readonly request: RunRequest
  readonly journal: RunJournal
  /** What is kept of it. Absent: it begins. */
  readonly record?: RunRecord
}

/**
 * Begins a run. Only what can begin may be handed in: it is kept from now on.
 *
 * @throws CodexError `run.unwritable`
 */
export async function beginRun(request: RunRequest, kernel: Kernel): Promise<OpenRun> {
  const { codexHome, options } = kernel
  const runId = uuidv7()
  const { goal, plan, workflow, playbook = false, maxParallel } = request
  const redact = redactorOf(kernel)
  const journal = await openJournal(codexHome, runId, { now: options.now, redact })
  journal.write('run_started', {
    ...{ version: journalVersion, run_id: runId, goal, cwd: options.cwd, plan: planPayload(plan), playbook },
    ...(workflow && { workflow: { id: workflow.id, origin: workflow.origin } }),
    ...(maxParallel !== undefined && { max_parallel: maxParallel }),
  })
  return { runId, request: { ...request, goal: redact(goal) }, journal }
}

/**
 * Goes on with a run of this directory.
 *
 * @throws CodexError `run.not_found`, `run.elsewhere`, `run.busy`, `run.damaged`, `run.unwritable`
 */
export async function resumeRun(
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

/** A plan as its line has it: what is absent is not there. */
export function planPayload<Asked extends object>(plan: Asked): JournalPayload<'run_started'>['plan'] {
  const entries = Object.entries(plan).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as JournalPayload<'run_started'>['plan'] // of the same shape, which the schema checks
}

/** A repository that is no longer trusted bounds what came from it; one that is trusted since does not widen it. */
function originNow(origin: Origin, { loaded }: Kernel): Origin {
  return { ...origin, trusted: origin.trusted && (origin.layer !== 'project' || loaded.trust === 'trusted') }
}

function redactorOf({ options, credentials }: Kernel): (text: string) => string {
  return createValueRedactor(options.env, credentials.secrets)
}
