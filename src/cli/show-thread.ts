import { renderHuman } from '../output/render-human.ts'
import { renderJsonLines } from '../output/render-json-lines.ts'
import { threadResult } from '../output/thread-result.ts'
import { type ExitCode, exitCodes } from '../plugin-api/errors.ts'
import type { ThreadEvent } from '../plugin-api/events.ts'
import type { Severity } from '../plugin-api/severity.ts'
import { terminalText } from '../plugin-api/terminal-text.ts'
import { messageText } from './message-text.ts'
import { writeErr, writeOut } from './process-deps.ts'
import type { SharedTerminal } from './share-terminal.ts'
import { canRedraw, wantsColour } from './terminal-form.ts'
import type { ParsedOptions } from './thread-options.ts'

/** As long as the part of an id that is its time: what lists show. */
const shownIdLength = 13

export interface AboutThread {
  readonly prompt: string
  readonly version: string
  /** The banner of `codex exec`. */
  readonly banner?: { readonly version: string }
  /** Whether the configuration asks for output without drawing; looked at only where a person sees it. */
  readonly isPlain?: () => Promise<boolean>
  /** Where a person may be asked while the thread runs. */
  readonly terminal?: SharedTerminal
}

/** Shows a running thread as the options want it and gives the exit code. @throws CodexError `output.unwritable`, before the thread begins where that can be known */
export async function showThread(
  events: AsyncIterable<ThreadEvent>,
  options: ParsedOptions,
  about: AboutThread,
): Promise<ExitCode> {
  const file = options['output-last-message']
  if (file !== undefined) await (await outputFile()).assertWritable(file)
  const report = options.findings === undefined ? undefined : await openFindings(options.findings)
  const read = report ? report.keep(events) : events
  const failOn = options['fail-on'] as Severity | undefined // one of the option table's values
  const result = await threadResult(shownAs(options, about, read), failOn === undefined ? {} : { failOn })
  if (file !== undefined) await (await outputFile()).writeOutputFile(file, result.lastMessage ?? '')
  await report?.write(result.exitCode, about.version)
  const isResumable = result.exitCode === exitCodes.interrupted && !options.json && !options.ephemeral
  if (isResumable && result.threadId)
    writeErr(`to go on: codex resume ${result.threadId.slice(0, shownIdLength)}
`)
  return result.exitCode
}

/** Few threads write their answer to a file. */
const outputFile = () => import('./output-file.ts')

async function openFindings(file: string) {
  const { findingsReport } = await import('./scan/findings-report.ts')
  await (await outputFile()).assertWritable(file)
  return findingsReport(file)
}

/** JSON lines, full lines with labels, a live view on a terminal, or text. */
async function* shownAs(
  options: ParsedOptions,
  about: AboutThread,
  events: AsyncIterable<ThreadEvent>,
): AsyncGenerator<ThreadEvent> {
  if (options.json) return yield* renderJsonLines(events, writeOut)
  const request = { env: process.env, color: options.color }
  const isTerminal = process.stderr.isTTY === true || process.stdout.isTTY === true
  if (options.plain || (isTerminal && (await about.isPlain?.()))) {
    const { showPlain } = await import('./show-plain.ts')
    return yield* showPlain(events, options, about)
  }
  if (canRedraw(request, process.stderr)) {
    const { showLive } = await import('./show-live.ts')
    return yield* showLive(events, options, about)
  }
  yield* renderHuman(events, {
    ...about,
    isKept: options.ephemeral !== true,
    resultText: options['output-schema'] === undefined ? await messageText(request) : terminalText,
    nowMs: () => performance.now(),
    out: writeOut,
    err: writeErr,
    colour: { out: wantsColour(request, process.stdout), err: wantsColour(request, process.stderr) },
  })
}
