import { BaseCommand, Flags } from '../../../plugin-api/base-command.ts'
import { terminalJson } from '../../../plugin-api/terminal-json.ts'
import { askedDecisions, auditQueryFlags } from '../../audit-query.ts'
import { decisionsAsCsv } from '../../decisions-as-csv.ts'
import { assertNewOutput, writeOutputFile } from '../../output-file.ts'
import { writeOut } from '../../process-deps.ts'

export default class AuditExport extends BaseCommand {
  static override summary = 'Write decisions and their outcomes out, as JSON lines or CSV.'
  static override examples = ['<%= config.bin %> audit export --format csv -o audit.csv']
  static override flags = {
    ...auditQueryFlags,
    format: Flags.option({ options: ['jsonl', 'csv'] as const, default: 'jsonl', description: 'Form of the lines.' })(),
    output: Flags.string({ char: 'o', description: 'File to write. Absent: standard output.' }),
    force: Flags.boolean({ char: 'f', description: 'Replace the file of -o where there is one.' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(AuditExport)
    if (flags.output !== undefined) await assertNewOutput(flags.output, flags.force)
    const kernel = await this.kernel(flags)
    const decisions = await askedDecisions(flags, kernel)
    const lines = () => decisions.map((decision) => `${terminalJson(decision)}\n`).join('')
    const csvOrLines = () => (flags.format === 'csv' ? decisionsAsCsv(decisions) : lines())
    const text = flags.json ? `${terminalJson(decisions, 2)}\n` : csvOrLines()
    if (flags.output === undefined) writeOut(text)
    else await writeOutputFile(flags.output, text)
  }
}
