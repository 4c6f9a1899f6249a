import { type ExitCode, exitCodes } from '../../plugin-api/errors.ts'
import type { ThreadEvent } from '../../plugin-api/events.ts'
import type { Finding } from '../../plugin-api/finding.ts'
import { toolOfPart } from './scan-parts.ts'
import { formatFor, writeFindings } from './write-findings.ts'

/** Gathers what a thread finds, and writes it down in the end. */
export interface FindingsReport {
  /** The same events. */
  keep(events: AsyncIterable<ThreadEvent>): AsyncGenerator<ThreadEvent>
  /** @throws CodexError `output.unwritable` */
  write(exitCode: ExitCode, version: string): Promise<void>
}

/** A report that says where it is not whole. @throws CodexError `usage.arguments` for a name that says no format */
export function findingsReport(file: string): FindingsReport {
  formatFor(file)
  const findings: Finding[] = []
  /** Those whose last call did not work, each with a sentence. */
  const failedTools = new Map<string, string>()
  return {
    async *keep(events) {
      for await (const event of events) {
        if (event.type === 'item.completed' && event.item.type === 'finding') findings.push(event.item.finding)
        if (event.type === 'item.completed' && event.item.type === 'tool_call' && scanTools.has(event.item.tool)) {
          const { tool, status, summary } = event.item
          if (status === 'completed') failedTools.delete(tool)
          else failedTools.set(tool, `${tool} did not work (${summary}), so its findings may be missing.`)
        }
        yield event
      }
    },
    async write(exitCode, version) {
      const ended = endings[exitCode] ?? 'The turn failed, so findings may be missing.'
      const incomplete = [...(ended === '' ? [] : [ended]), ...failedTools.values()].join(' ')
      await writeFindings(file, findings, { version, incomplete })
    },
  }
}

const scanTools: ReadonlySet<string> = new Set(Object.values(toolOfPart))

/** What keeps a report from being whole; empty: nothing. */
const endings: Partial<Record<ExitCode, string>> = {
  [exitCodes.done]: '',
  [exitCodes.findings]: '',
  [exitCodes.interrupted]: 'The turn was interrupted, so findings may be missing.',
}
