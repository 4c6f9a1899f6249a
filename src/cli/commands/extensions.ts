import { Args, BaseCommand } from '../../plugin-api/base-command.ts'

export default class Extensions extends BaseCommand {
  static override summary = 'List every contribution, where it comes from, what it shadows and why one is off.'
  static override args = {
    point: Args.string({
      description: 'Only this extension point; or the id of one contribution, to explain it.',
      ignoreStdin: true,
    }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Extensions)
    await this.printHandled('extensions', args.point === undefined ? [] : [args.point], flags)
  }
}
