import { BaseCommand, Flags } from '../../plugin-api/base-command.ts'
import { modelTable } from '../model-table.ts'
import { writeErr } from '../process-deps.ts'

export default class Models extends BaseCommand {
  static override summary = 'List the models of a provider, with windows and prices.'
  static override flags = {
    provider: Flags.string({ description: 'Id of the provider. Default: the configured one.' }),
    refresh: Flags.boolean({ description: 'Ask its server now; without this an answer of the last day is shown.' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(Models)
    const { provider, refresh } = flags
    const kernel = await this.kernel(flags)
    const query = { refresh, ...(provider !== undefined && { provider }) }
    const catalogue = await kernel.models(query, this.signal)
    if (catalogue.problem !== undefined) writeErr(`warning: ${catalogue.problem}\n`)
    this.print({ text: modelTable(catalogue), data: catalogue }, flags)
  }
}
