import { modelsIn, priceTrace } from '../../../output/thread/price-trace.ts'
import { traceText } from '../../../output/thread/trace-text.ts'
import { BaseCommand, Flags } from '../../../plugin-api/base-command.ts'
import { noUsage } from '../../../thread/no-usage.ts'
import { modelCosts } from '../../model-costs.ts'
import { canRedraw, wantsColour } from '../../terminal-form.ts'
import { threadArgument } from '../../thread-argument.ts'

export default class DebugTrace extends BaseCommand {
  static override summary =
    'Show where the time of a thread went: requests, tool calls, questions, threads that it handed work to.'
  static override args = { thread: threadArgument }
  static override flags = {
    plain: Flags.boolean({ default: false, description: 'No bars.' }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(DebugTrace)
    const kernel = await this.kernel(flags)
    const trace = await (await kernel.threads()).trace(args.thread, this.signal)
    const asked = modelsIn(trace).map((each) => ({ ...each, day: '', agent: '', requests: 1, usage: noUsage }))
    const costOf = await modelCosts({ days: asked, tools: [], threads: 1 }, kernel, this.signal)
    const data = priceTrace(trace, (provider, model, usage) =>
      costOf({ day: '', provider, model, agent: '', requests: 1, usage }),
    )
    const bars = !flags.plain && canRedraw(process, process.stdout)
    if (flags.json) this.print({ text: '', data }, flags)
    else this.log(traceText(data, { colour: wantsColour(process, process.stdout), bars }))
  }
}
