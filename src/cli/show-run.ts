import { renderRunJson, renderRunPlain } from '../output/run/render-run.ts'
import { type RunFormat, runDocument } from '../output/run/run-document.ts'
import { type ExitCode, exitCodes } from '../plugin-api/errors.ts'
import type { RunEvent, RunResult } from '../plugin-api/run.ts'
import { type Severity, severities } from '../plugin-api/severity.ts'
import { messageText } from './message-text.ts'
import { writeErr, writeOut } from './process-deps.ts'
import type { SharedTerminal } from './share-terminal.ts'
import { canRedraw } from './terminal-form.ts'

/** How a run of several agents is shown. */
export interface ShowRunOptions {
  /** Its events, one a line, instead of its result. */
  readonly json?: boolean | undefined
  /** How its result is written. Absent: as text. */
  readonly format?: RunFormat | undefined
  /** The result goes into this file instead of standard output. */
  readonly output?: string | undefined
  readonly 'fail-on'?: string | undefined
  readonly plain?: boolean | undefined
  readonly color?: string | undefined
}

/** Who looks on. */
export interface RunAudience {
  /** Where a person may be asked meanwhile; absent: nobody is asked. */
  readonly terminal?: SharedTerminal | undefined
  /** Whether the configuration asks for output without drawing; looked at only where a person sees it. */
  readonly isPlain?: () => Promise<boolean>
}

/**
 * Shows a run and gives the exit code: 0 where all required tasks are done, 1 where some are not, 3 with `--fail-on`, 130 where it was stopped.
 *
 * @throws CodexError what the run throws; `output.unwritable`, before the run begins where that can be known
 */
export async function showRun(
  events: AsyncIterable<RunEvent>,
  options: ShowRunOptions,
  about: RunAudience = {},
): Promise<ExitCode> {
  const { output } = options
  const file = output === undefined || output === '-' ? undefined : output
  if (file !== undefined) await (await import('./output-file.ts')).assertWritable(file)
  let exitCode: ExitCode = exitCodes.failed
  for await (const event of shownAs(events, { ...options, output: file }, about)) {
    if (event.type !== 'run.completed') continue
    exitCode = exitCodeOf(event.result, options['fail-on'])
    if (exitCode === exitCodes.interrupted && !options.json)
      writeErr(`to go on: codex supervisor --resume ${event.result.run_id}\n`)
    if (options.json && file !== undefined) await writeDocument(file, event.result, options.format)
  }
  return exitCode
}

async function* shownAs(
  events: AsyncIterable<RunEvent>,
  options: ShowRunOptions,
  { terminal, isPlain }: RunAudience,
): AsyncGenerator<RunEvent> {
  if (options.json) return yield* renderRunJson(events, writeOut)
  const request = { env: process.env, color: options.color }
  const show = async (result: RunResult) => {
    const { output, format = 'text' } = options
    if (output !== undefined) return await writeDocument(output, result, format)
    writeOut(await runDocument(format, result, await messageText(request)))
  }
  const isTerminal = process.stderr.isTTY === true
  if (!options.plain && isTerminal && canRedraw(request, process.stderr) && !(await isPlain?.())) {
    const { showRunLive } = await import('./show-run-live.ts')
    return yield* showRunLive(events, { ...request, show }, terminal)
  }
  yield* renderRunPlain(events, { show, err: writeErr })
}

async function writeDocument(file: string, result: RunResult, format: RunFormat = 'text'): Promise<void> {
  const { writeOutputFile } = await import('./output-file.ts')
  await writeOutputFile(file, await runDocument(format, result))
}

function exitCodeOf({ status, merged }: RunResult, failOn: string | undefined): ExitCode {
  if (status === 'interrupted') return exitCodes.interrupted
  if (status !== 'done') return exitCodes.failed
  const bound = severities.indexOf(failOn as Severity) // one of the flag's values
  const isOver = merged.findings.some(({ finding }) => severities.indexOf(finding.severity) <= bound)
  return isOver ? exitCodes.findings : exitCodes.done
}
