import { BaseCommand } from '../../plugin-api/base-command.ts'
import { countOf, devLines, devRecords } from '../describe-reload.ts'

export default class Dev extends BaseCommand {
  static override summary =
    'Watch commands, agents, profiles, rules, plugins and configuration; say what each edit does.'
  static override description =
    'Every change is loaded and checked at once; what breaks is said with its place, and the last good version stays. Ctrl-C ends it. With --json it prints an event a line (docs/hot-reload.md).'

  async run(): Promise<void> {
    const { flags } = await this.parse(Dev)
    const kernel = await this.kernel(flags)
    const counts = { reloads: 0, changes: 0, standing: 0 }
    for await (const report of kernel.watch({ always: true, check: true }, this.signal)) {
      counts.reloads += report.type === 'reloaded' ? 1 : 0
      counts.changes += report.changes.length
      counts.standing = report.standing.length
      const lines = flags.json
        ? (await devRecords(report, kernel)).map((record) => JSON.stringify(record))
        : await devLines(report, kernel, new Date())
      for (const line of lines) this.log(line)
    }
    const end = `ended: ${countOf(counts.changes, 'change')} in ${countOf(counts.reloads, 'reload')}, ${countOf(counts.standing, 'problem')} standing`
    this.log(flags.json ? JSON.stringify({ type: 'ended', ...counts }) : end)
  }
}
