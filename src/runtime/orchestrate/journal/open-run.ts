import { v7 as uuidv7 } from 'uuid'
import type { ResumeRequest, RunRequest } from '../../../plugin-api/run.ts'
import { createValueRedactor } from '../../../security/redact.ts'
import type { Kernel } from '../../load-kernel.ts'
import type { JournalPayload } from './journal-lines.ts'
import { journalVersion, openJournal, type RunJournal } from './run-journal.ts'
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
  // What reads journals makes their schemas, which a run that begins does without.
  const { reopenRun } = await import('./reopen-run.ts')
  return await reopenRun(request, kernel)
}

/** A plan as its line has it: what is absent is not there. */
export function planPayload<Asked extends object>(plan: Asked): JournalPayload<'run_started'>['plan'] {
  const entries = Object.entries(plan).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as JournalPayload<'run_started'>['plan'] // of the same shape, which the schema checks
}

/** Takes the values of known secrets out of a text. */
export function redactorOf({ options, credentials }: Kernel): (text: string) => string {
  return createValueRedactor(options.env, credentials.secrets)
}
