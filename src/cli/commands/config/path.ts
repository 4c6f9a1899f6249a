import { configPlaces } from '../../../config/config-places.ts'
import { readConfig, workspaceOf } from '../../../config/read-config.ts'
import { BaseCommand } from '../../../plugin-api/base-command.ts'
import { configInputs } from '../../config-inputs.ts'

export default class ConfigPath extends BaseCommand {
  static override summary =
    'List every file that the configuration is looked for in, from the lowest layer to the highest.'

  async run(): Promise<void> {
    const { flags } = await this.parse(ConfigPath)
    const inputs = configInputs(this.config, flags)
    const read = await readConfig(inputs.options)
    const isTrusted = 'loaded' in read && read.loaded.trust === 'trusted'
    const places = await configPlaces(inputs.options, await workspaceOf(read, inputs.options.cwd))
    const listed = places.map((place) => ({
      ...place,
      isRead: place.isThere && (place.layer !== 'project' || isTrusted),
    }))
    const lines = listed.map(({ layer, file, isThere, isRead, isWritten }) => {
      const state = isRead ? 'read' : isThere ? 'not read: untrusted' : 'not there'
      return `${layer.padEnd(7)}  ${file}  (${state}${isWritten ? '; changes go here' : ''})`
    })
    this.print({ text: lines.join('\n'), data: listed }, flags)
  }
}
