import { modelsIn, priceTrace } from '../../../output/thread/price-trace.ts'
import { traceText } from '../../../output/thread/trace-text.ts'
import { BaseCommand } from '../../../plugin-api/base-command.ts'
import { noUsage } from '../../../thread/no-usage.ts'
import { modelCosts } from '../../model-costs.ts'
import { wantsColour } from '../../terminal-form.ts'
import { threadArgument } from '../../thread-argument.ts'
import { plainFlag, wantsPlain } from '../../wants-plain.ts'

export default class DebugTrace extends BaseCommand {
  static override summary =
    'Show where the time of a thread went: requests, tool calls, questions, threads that it handed work to.'
  static override args = { thread: threadArgument }
  static override flags = { plain: plainFlag }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(DebugTrace)
    const kernel = await this.kernel(flags)
    const trace = await (await kernel.threads()).trace(args.thread, this.signal)
    const asked = modelsIn(trace).map((each) => ({ ...each, day: '', agent: '', requests: 1, usage: noUsage }))
    const costOf = await modelCosts({ days: asked }, kernel, this.signal)
    const data = priceTrace(trace, (provider, model, usage) =>
      costOf({ day: '', provider, model, agent: '', requests: 1, usage }),
    )
    if (flags.json) return this.print({ text: '', data }, flags)
    const isPlain = await wantsPlain(flags, async () => kernel)
    const bars = !isPlain && process.stdout.isTTY === true
    this.log(
      traceText(data, {
        bars,
        ...(process.stdout.columns && { width: process.stdout.columns }),
        colour: !isPlain && wantsColour(process, process.stdout),
      }),
    )
  }
}
