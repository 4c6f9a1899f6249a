import { sumUsage, type UsageGroup, usageText } from '../../output/thread/usage-text.ts'
import { BaseCommand, Flags } from '../../plugin-api/base-command.ts'
import { modelCosts } from '../model-costs.ts'
import { wantsColour } from '../terminal-form.ts'
import { queryFlags, threadQuery } from '../thread-query.ts'
import { plainFlag, wantsPlain } from '../wants-plain.ts'

const groups: readonly UsageGroup[] = ['day', 'model', 'agent']

export default class Stats extends BaseCommand {
  static override summary = 'Show tokens, cost and tools of the kept threads, by day, model or agent.'
  static override flags = {
    by: Flags.string({ options: [...groups], default: 'day', description: 'What is summed.' }),
    since: { ...queryFlags.since, default: '30d' },
    here: Flags.boolean({ default: false, description: 'Only threads of this directory.' }),
    plain: plainFlag,
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(Stats)
    const kernel = await this.kernel(flags)
    const asked = { ...flags, all: !flags.here, archived: true, subagents: true, limit: 1 }
    const report = await (await kernel.threads()).usage(threadQuery(asked, kernel), this.signal)
    const by = groups.find((group) => group === flags.by) ?? 'day'
    const sums = sumUsage(report, by, await modelCosts(report, kernel, this.signal))
    const data = { by, sums, tools: report.tools, threads: report.threads, replayed_threads: report.replayedThreads }
    if (flags.json) return this.print({ text: '', data }, flags)
    const isPlain = await wantsPlain(flags, async () => kernel)
    const bars = !isPlain && process.stdout.isTTY === true
    this.log(
      usageText(report, sums, {
        bars,
        ...(process.stdout.columns && { width: process.stdout.columns }),
        colour: !isPlain && wantsColour(process, process.stdout),
      }),
    )
  }
}
