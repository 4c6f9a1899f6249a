import { renderRunJson, renderRunPlain } from '../output/run/render-run.ts'
import type { KernelSettings } from '../plugin-api/base-command.ts'
import { CodexError, type ExitCode, exitCodes } from '../plugin-api/errors.ts'
import type { KernelClient } from '../plugin-api/kernel-client.ts'
import type { RunRequest, RunResult } from '../plugin-api/run.ts'
import { type Severity, severities } from '../plugin-api/severity.ts'
import { planOfWorkflow } from '../plugin-api/workflow.ts'
import { askPerson } from './ask-person.ts'
import { configInputs } from './config-inputs.ts'
import { writeErr, writeOut } from './process-deps.ts'
import { shareTerminal } from './share-terminal.ts'
import { withRuntime } from './with-runtime.ts'
import { workflowNamed } from './workflow-named.ts'

/** How a workflow is run. */
export interface RunWorkflowOptions extends KernelSettings {
  readonly json?: boolean | undefined
  readonly playbook?: boolean | undefined
  readonly 'max-parallel'?: number | undefined
  readonly 'fail-on'?: string | undefined
  /** A run to go on with, in place of a new one. */
  readonly resume?: string | undefined
}

/**
 * Runs a workflow and gives the exit code: 0 where all required tasks are done, 1 where some are not, 3 with `--fail-on`, 130 where it was
 * stopped. A person is asked where standard input and error are a terminal.
 *
 * @throws CodexError before the run has begun
 */
export async function runWorkflow(
  program: { readonly root: string; readonly version: string },
  id: string | undefined,
  options: RunWorkflowOptions,
): Promise<ExitCode> {
  const isInteractive = process.stdin.isTTY === true && process.stderr.isTTY === true
  const { runtime: found } = configInputs(program, options)
  const settings = { ...found.settings, neverAsk: !isInteractive }
  let exitCode: ExitCode = exitCodes.failed
  await withRuntime({ ...found, settings }, async (runtime, signal) => {
    const most = options['max-parallel']
    const how = { ...(most !== undefined && { maxParallel: most }), ...(isInteractive && asking()) }
    const request = options.resume === undefined ? await newRun(id, options, runtime) : { resume: options.resume }
    const events = runtime.orchestrate({ ...request, ...how }, signal)
    const shown = options.json
      ? renderRunJson(events, writeOut)
      : renderRunPlain(events, { out: writeOut, err: writeErr })
    for await (const event of shown) {
      if (event.type === 'run.completed') exitCode = exitCodeOf(event.result, options['fail-on'])
    }
  })
  return exitCode
}

/** @throws CodexError `usage.arguments`, `usage.unknown_definition` */
async function newRun(
  id: string | undefined,
  { playbook = false }: RunWorkflowOptions,
  runtime: KernelClient,
): Promise<RunRequest> {
  if (id === undefined) {
    throw new CodexError('usage.arguments', 'The id of a workflow, or --resume RUN, is missing', {
      hint: 'codex workflows list shows the workflows.',
    })
  }
  const { value, origin } = await workflowNamed(id, runtime)
  return { goal: value.workflow.description, plan: planOfWorkflow(value), workflow: { id, origin }, playbook }
}

/** One question at a time, whichever agent asks. */
function asking(): Pick<RunRequest, 'approve' | 'ask'> {
  const terminal = shareTerminal()
  return {
    approve: (request, asked) => terminal.alone(() => askPerson(request, asked), asked),
    ask: (request, asked) =>
      terminal.alone(async () => (await import('./ask-questions.ts')).askQuestions(request, asked), asked),
  }
}

function exitCodeOf({ status, merged }: RunResult, failOn: string | undefined): ExitCode {
  if (status === 'interrupted') return exitCodes.interrupted
  if (status !== 'done') return exitCodes.failed
  const bound = severities.indexOf(failOn as Severity) // one of the flag's values
  const isOver = merged.findings.some(({ finding }) => severities.indexOf(finding.severity) <= bound)
  return isOver ? exitCodes.findings : exitCodes.done
}
