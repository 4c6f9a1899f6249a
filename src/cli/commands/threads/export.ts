import { extname, resolve } from 'node:path'
import { transcriptHtml } from '../../../output/thread/transcript-html.ts'
import { transcriptMarkdown } from '../../../output/thread/transcript-markdown.ts'
import { BaseCommand, Flags } from '../../../plugin-api/base-command.ts'
import { CodexError } from '../../../plugin-api/errors.ts'
import type { ThreadTranscript } from '../../../plugin-api/index.ts'
import { terminalJson } from '../../../plugin-api/terminal-json.ts'
import { createRedactor } from '../../../security/redact.ts'
import { redactValue } from '../../../tools/redact-value.ts'
import { assertNewOutput, writeOutputFile } from '../../output-file.ts'
import { threadArgument } from '../../thread-argument.ts'

const formats: Readonly<Record<string, (transcript: ThreadTranscript) => string>> = {
  md: transcriptMarkdown,
  html: transcriptHtml,
  json: (transcript) => `${terminalJson(transcript, 2)}\n`,
}

/** Other endings of file names. */
const otherEndings: Readonly<Record<string, string>> = { markdown: 'md', htm: 'html' }

export default class ThreadsExport extends BaseCommand {
  static override summary = 'Write a thread as a document: Markdown, one HTML page, or JSON.'
  static override args = {
    thread: threadArgument,
  }
  static override flags = {
    format: Flags.string({ options: Object.keys(formats), description: 'Default: by the name of --output, else md.' }),
    output: Flags.string({ char: 'o', description: 'File to write; - for stdout. Default: stdout.' }),
    force: Flags.boolean({ description: 'Let --output take the place of a file that is there.' }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ThreadsExport)
    const file = flags.output === '-' ? undefined : flags.output
    const format = flags.format ?? formatOf(file) ?? (flags.json ? 'json' : 'md')
    if (file !== undefined) await assertNewOutput(file, flags.force ?? false)
    const library = await (await this.kernel(flags)).threads()
    // A record of another program, or of a time before a key was known, may hold what is not to be handed on.
    const redact = createRedactor(process.env, [])
    const transcript = redactValue(await library.read(args.thread, this.signal), redact)
    const document = (formats[format] ?? transcriptMarkdown)(transcript)
    if (file === undefined) return void process.stdout.write(document)
    await writeOutputFile(file, document)
    this.print({ text: file, data: { file: resolve(file), format } }, flags)
  }
}

/** What the name of a file asks for; undefined where it has no ending. @throws CodexError `usage.arguments` */
function formatOf(file: string | undefined): string | undefined {
  const ending = extname(file ?? '')
    .slice(1)
    .toLowerCase()
  if (ending === '') return undefined
  const format = otherEndings[ending] ?? ending
  if (Object.hasOwn(formats, format)) return format
  throw new CodexError('usage.arguments', `--output ${file}: no document of the kind .${ending} can be written`, {
    hint: 'End the name with .md, .html or .json, or say which of them with --format.',
  })
}
