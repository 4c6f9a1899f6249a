import { renderHuman } from '../output/render-human.ts'
import { renderJsonLines } from '../output/render-json-lines.ts'
import { threadResult } from '../output/thread-result.ts'
import { withProgressLine } from '../output/with-progress-line.ts'
import { type ExitCode, exitCodes } from '../plugin-api/errors.ts'
import type { ThreadEvent } from '../plugin-api/events.ts'
import type { Finding } from '../plugin-api/finding.ts'
import type { Severity } from '../plugin-api/severity.ts'
import { assertWritable, writeOutputFile } from './output-file.ts'
import { wantsColour, writeErr, writeOut } from './process-deps.ts'
import type { ParsedOptions } from './thread-options.ts'

/** Shows a running thread as the options want it and gives the exit code. @throws CodexError `output.unwritable`, before the thread begins where that can be known */
export async function showThread(
  events: AsyncIterable<ThreadEvent>,
  options: ParsedOptions,
  about: { readonly prompt: string; readonly version: string; readonly banner?: { readonly version: string } },
): Promise<ExitCode> {
  const file = options['output-last-message']
  if (file !== undefined) await assertWritable(file)
  const findings: Finding[] = []
  const report = options.findings === undefined ? undefined : await import('./scan/write-findings.ts')
  if (options.findings !== undefined) report?.formatFor(options.findings)
  const read = options.findings === undefined ? events : keepFindings(events, findings)
  const shown = options.json
    ? renderJsonLines(read, writeOut)
    : renderHuman(process.stderr.isTTY ? withProgressLine(read, writeErr) : read, {
        ...about,
        out: writeOut,
        err: writeErr,
        colour: { out: wantsColour(options.color, process.stdout), err: wantsColour(options.color, process.stderr) },
      })
  const failOn = options['fail-on'] as Severity | undefined // one of the option table's values
  const result = await threadResult(shown, failOn === undefined ? {} : { failOn })
  if (file !== undefined) await writeOutputFile(file, result.lastMessage ?? '')
  if (options.findings !== undefined) {
    const isWhole = result.exitCode === exitCodes.done || result.exitCode === exitCodes.findings
    await report?.writeFindings(options.findings, findings, { version: about.version, isWhole })
  }
  return result.exitCode
}

async function* keepFindings(events: AsyncIterable<ThreadEvent>, into: Finding[]): AsyncGenerator<ThreadEvent> {
  for await (const event of events) {
    if (event.type === 'item.completed' && event.item.type === 'finding') into.push(event.item.finding)
    yield event
  }
}
