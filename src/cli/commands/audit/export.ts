import { BaseCommand, Flags } from '../../../plugin-api/base-command.ts'
import { queryAudit } from '../../../security/audit/query-audit.ts'
import { auditDirectory, auditQueryFlags } from '../../audit-query.ts'
import { decisionsAsCsv } from '../../decisions-as-csv.ts'
import { writeOutputFile } from '../../output-file.ts'
import { writeOut } from '../../process-deps.ts'

export default class AuditExport extends BaseCommand {
  static override summary = 'Write decisions and their outcomes out, as JSON lines or CSV.'
  static override examples = ['<%= config.bin %> audit export --format csv -o audit.csv']
  static override flags = {
    ...auditQueryFlags,
    format: Flags.option({ options: ['jsonl', 'csv'] as const, default: 'jsonl', description: 'Form of the lines.' })(),
    output: Flags.string({ char: 'o', description: 'File to write. Absent: standard output.' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(AuditExport)
    const decisions = await queryAudit(auditDirectory(await this.kernel(flags)), flags)
    const lines = () => decisions.map((decision) => `${JSON.stringify(decision)}\n`).join('')
    const csvOrLines = () => (flags.format === 'csv' ? decisionsAsCsv(decisions) : lines())
    const text = flags.json ? `${JSON.stringify(decisions, null, 2)}\n` : csvOrLines()
    if (flags.output === undefined) writeOut(text)
    else await writeOutputFile(flags.output, text)
  }
}
