import { resolve } from 'node:path'
import { bugReportMarkdown } from '../../output/bug-report-markdown.ts'
import { Args, BaseCommand, Flags } from '../../plugin-api/base-command.ts'
import { terminalText } from '../../plugin-api/terminal-text.ts'
import { assertNewOutput, writeOutputFile } from '../output-file.ts'
import { writeErr } from '../process-deps.ts'

export default class BugReportCommand extends BaseCommand {
  static override summary = 'Gather what helps to understand a fault in one file, to be read before it is sent.'
  static override args = {
    thread: Args.string({
      description: 'Its id, the beginning of its id, its name, or last. Default: the newest of this directory.',
      ignoreStdin: true,
    }),
  }
  static override flags = {
    output: Flags.string({ char: 'o', description: 'File to write; - for stdout. Default: codex-bug-report-TIME.md.' }),
    recording: Flags.string({ description: 'A recording of the thread, to be put in.' }),
    force: Flags.boolean({ description: 'Let --output take the place of a file that is there.' }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(BugReportCommand)
    const kernel = await this.kernel({ ...flags, 'lenient-config': true })
    const isStdout = flags.output === '-'
    const named = isStdout ? undefined : flags.output
    if (named !== undefined) await assertNewOutput(named, flags.force ?? false)
    const request = {
      ...(args.thread !== undefined && { thread: args.thread }),
      ...(flags.recording !== undefined && { recording: resolve(flags.recording) }),
    }
    const report = await kernel.bugReport(request, this.signal)
    const text = terminalText(bugReportMarkdown(report))
    if (isStdout) return void process.stdout.write(text)
    const file = named ?? `codex-bug-report-${report.created.slice(0, 19).replace(/[:T]/g, '-')}.md`
    await writeOutputFile(file, text)
    const parts = report.parts.flatMap(({ title, isUnread }) => (isUnread ? [] : title))
    const unread = report.parts.flatMap(({ title, isUnread }) => (isUnread ? title : []))
    const missing = unread.length === 0 ? '' : `Could not be read, and says why: ${unread.join(', ')}.\n`
    writeErr(
      `In it: ${parts.join(', ')}.\n${missing}Taken out: ${report.removed.secrets} secrets. Nothing was sent: read it before you send it.\n`,
    )
    this.print({ text: file, data: { file: resolve(file), parts, unread, removed: report.removed } }, flags)
  }
}
