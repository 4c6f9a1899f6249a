import { Args, BaseCommand } from '../../../plugin-api/base-command.ts'

export default class AgentsRoute extends BaseCommand {
  static override summary = 'Say which agents would take a prompt, with scores and reasons.'
  static override args = { prompt: Args.string({ required: true, description: 'The prompt.', ignoreStdin: true }) }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(AgentsRoute)
    const kernel = await this.kernel(flags)
    const candidates = await kernel.route(args.prompt)
    const lines = candidates.map(({ agent, score, reasons }) => `${score.toFixed(2)}  ${agent}  ${reasons.join(', ')}`)
    this.print({ text: lines.join('\n') || 'No agent fits; the default one would take it.', data: candidates }, flags)
  }
}
