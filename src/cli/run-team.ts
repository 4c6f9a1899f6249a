import type { KernelSettings } from '../plugin-api/base-command.ts'
import { type ExitCode, exitCodes } from '../plugin-api/errors.ts'
import type { KernelClient } from '../plugin-api/kernel-client.ts'
import type { ResumeRequest, RunRequest } from '../plugin-api/run.ts'
import { configInputs } from './config-inputs.ts'
import { type SharedTerminal, shareTerminal } from './share-terminal.ts'
import { type ShowRunOptions, showRun } from './show-run.ts'
import { configuredPlain } from './wants-plain.ts'
import { withRuntime } from './with-runtime.ts'

/** How a run of several agents is carried out. */
export interface RunTeamOptions extends KernelSettings, ShowRunOptions {
  readonly playbook?: boolean | undefined
  readonly 'max-parallel'?: number | undefined
  /** Make the plan, show it, and begin nothing. */
  readonly 'dry-run'?: boolean | undefined
}

/** What is to be done: a new run, or one that goes on. */
export type AskedRun = Pick<RunRequest, 'goal' | 'plan' | 'workflow'> | Pick<ResumeRequest, 'resume'>

/**
 * Has several agents work together, as `codex supervisor` and `codex workflows run` do, and gives the exit code. A person is asked where standard
 * input and error are a terminal.
 *
 * @param ask says what is to be done, once the program is open
 * @throws CodexError as `KernelClient.orchestrate`
 */
export async function runTeam(
  program: { readonly root: string; readonly version: string },
  ask: (runtime: KernelClient, signal: AbortSignal) => Promise<AskedRun>,
  options: RunTeamOptions,
): Promise<ExitCode> {
  const isInteractive = process.stdin.isTTY === true && process.stderr.isTTY === true
  const { runtime: found } = configInputs(program, options)
  const settings = { ...found.settings, neverAsk: !isInteractive }
  let exitCode: ExitCode = exitCodes.failed
  await withRuntime({ ...found, settings }, async (runtime, signal) => {
    const most = options['max-parallel']
    const terminal = isInteractive ? shareTerminal() : undefined
    const asked = await ask(runtime, signal)
    const how = { ...(most !== undefined && { maxParallel: most }), ...(terminal && asking(terminal)) }
    const request = 'resume' in asked ? { ...asked, ...how } : { ...asked, ...how, playbook: options.playbook ?? false }
    if (options['dry-run'] && !('resume' in request)) {
      const { showPlannedRun } = await import('./show-planned-run.ts')
      showPlannedRun(request.goal, await runtime.planRun(request, signal), options)
      exitCode = exitCodes.done
      return
    }
    exitCode = await showRun(runtime.orchestrate(request, signal), options, {
      terminal,
      isPlain: () => configuredPlain(runtime),
    })
  })
  return exitCode
}

/** One question at a time, whichever agent asks. */
export function asking(terminal: SharedTerminal): Pick<RunRequest, 'approve' | 'ask'> {
  return {
    approve: (request, asked) =>
      terminal.alone(async () => (await import('./ask-person.ts')).askPerson(request, asked), asked),
    ask: (request, asked) =>
      terminal.alone(async () => (await import('./ask-questions.ts')).askQuestions(request, asked), asked),
  }
}
