import { extname } from 'node:path'
import { transcriptHtml } from '../../../output/thread/transcript-html.ts'
import { transcriptMarkdown } from '../../../output/thread/transcript-markdown.ts'
import { BaseCommand, Flags } from '../../../plugin-api/base-command.ts'
import type { ThreadTranscript } from '../../../plugin-api/index.ts'
import { createRedactor } from '../../../security/redact.ts'
import { redactValue } from '../../../tools/redact-value.ts'
import { writeOutputFile } from '../../output-file.ts'
import { threadArgument } from '../../thread-argument.ts'

const formats: Readonly<Record<string, (transcript: ThreadTranscript) => string>> = {
  md: transcriptMarkdown,
  html: transcriptHtml,
  json: (transcript) => `${JSON.stringify(transcript, null, 2)}\n`,
}

export default class ThreadsExport extends BaseCommand {
  static override summary = 'Write a thread as a document: Markdown, one HTML page, or JSON.'
  static override args = {
    thread: threadArgument,
  }
  static override flags = {
    format: Flags.string({ options: Object.keys(formats), description: 'Default: by the name of --output, else md.' }),
    output: Flags.string({ char: 'o', description: 'File to write. Default: stdout.' }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ThreadsExport)
    const library = await (await this.kernel(flags)).threads()
    // A record of another program, or of a time before a key was known, may hold what is not to be handed on.
    const redact = createRedactor(process.env, [])
    const transcript = redactValue(await library.read(args.thread, this.signal), redact)
    const byName = flags.output === undefined ? '' : extname(flags.output).slice(1)
    const render = formats[flags.format ?? (flags.json ? 'json' : byName)] ?? transcriptMarkdown
    const document = render(transcript)
    if (flags.output === undefined) process.stdout.write(document)
    else await writeOutputFile(flags.output, document)
  }
}
