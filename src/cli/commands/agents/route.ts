import { Args, BaseCommand } from '../../../plugin-api/base-command.ts'

export default class AgentsRoute extends BaseCommand {
  static override summary = 'Say which agents would take a prompt, with scores and reasons.'
  static override args = { prompt: Args.string({ required: true, description: 'The prompt.', ignoreStdin: true }) }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(AgentsRoute)
    const kernel = await this.kernel(flags)
    const { activated, candidates } = await kernel.routePrompt(args.prompt, this.signal)
    const lines = candidates.map(({ agent, score, reasons }) => `${score.toFixed(2)}  ${agent}  ${reasons.join(', ')}`)
    const chosen =
      activated === null ? 'No agent activates; the default one would take it.' : `${activated} would take it.`
    this.print({ text: [chosen, ...lines].join('\n'), data: { activated, candidates } }, flags)
  }
}
