import type { ExitCode } from '../plugin-api/errors.ts'
import type { KernelClient } from '../plugin-api/kernel-client.ts'
import type { RunRequest } from '../plugin-api/run.ts'
import { writeErr } from './process-deps.ts'
import { asking } from './run-team.ts'
import type { SharedTerminal } from './share-terminal.ts'
import { showRun } from './show-run.ts'
import type { ParsedOptions } from './thread-options.ts'

/** Where a run begins that a slash command gave. */
export interface HandledRun {
  readonly options: ParsedOptions
  readonly runtime: KernelClient
  /** Where a person is asked; absent: nobody is there. */
  readonly terminal: SharedTerminal | undefined
  readonly playbook?: boolean | undefined
}

/** Carries out the run that a slash command gave, as `codex supervisor` would. @throws CodexError as `KernelClient.orchestrate` */
export async function runHandled(
  given: RunRequest,
  { options, runtime, terminal, playbook = false }: HandledRun,
  signal: AbortSignal,
): Promise<ExitCode> {
  if (options.record !== undefined) writeErr('Nothing is recorded: a run of several agents is kept by itself.\n')
  const request = { ...given, ...(playbook && { playbook }), ...(terminal && asking(terminal)) }
  const { json, plain, color, 'fail-on': failOn, 'output-last-message': output } = options
  const shown = { json, plain, color, 'fail-on': failOn, output }
  const isPlain = async () => (await import('./wants-plain.ts')).configuredPlain(runtime)
  return await showRun(runtime.orchestrate(request, signal), shown, { terminal, isPlain })
}
