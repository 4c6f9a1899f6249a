import { renderHuman } from '../output/render-human.ts'
import { renderJsonLines } from '../output/render-json-lines.ts'
import { threadResult } from '../output/thread-result.ts'
import type { ExitCode } from '../plugin-api/errors.ts'
import type { ThreadEvent } from '../plugin-api/events.ts'
import type { Severity } from '../plugin-api/severity.ts'
import { assertWritable, writeOutputFile } from './output-file.ts'
import { wantsColour, writeErr, writeOut } from './process-deps.ts'
import type { ParsedOptions } from './thread-options.ts'

/** Shows a running thread as the options want it and gives the exit code. @throws CodexError `output.unwritable`, before the thread begins where that can be known */
export async function showThread(
  events: AsyncIterable<ThreadEvent>,
  options: ParsedOptions,
  about: { readonly prompt: string; readonly banner?: { readonly version: string } },
): Promise<ExitCode> {
  const file = options['output-last-message']
  if (file !== undefined) await assertWritable(file)
  const shown = options.json
    ? renderJsonLines(events, writeOut)
    : renderHuman(events, {
        ...about,
        out: writeOut,
        err: writeErr,
        colour: { out: wantsColour(options.color, process.stdout), err: wantsColour(options.color, process.stderr) },
      })
  const failOn = options['fail-on'] as Severity | undefined // one of the option table's values
  const result = await threadResult(shown, failOn === undefined ? {} : { failOn })
  if (file !== undefined) await writeOutputFile(file, result.lastMessage ?? '')
  return result.exitCode
}
