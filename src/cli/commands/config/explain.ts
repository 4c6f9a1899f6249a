import { explainValue, leafPaths } from '../../../config/explain-value.ts'
import { type LoadedConfig, loadConfig } from '../../../config/load-config.ts'
import { Args, BaseCommand } from '../../../plugin-api/base-command.ts'
import { explainSecurity, securityKeys } from '../../../runtime/explain-security.ts'
import { configInputs } from '../../config-inputs.ts'
import { keyArgument, unsetKey } from '../../config-key.ts'
import { explanationText } from '../../explanation-text.ts'
import { securityText } from '../../security-text.ts'

export default class ConfigExplain extends BaseCommand {
  static override summary =
    'Say where a value comes from, what it overrode and what the key means; without a key, all that is not default.'
  static override args = { key: Args.string({ description: 'Dotted key.', ignoreStdin: true }) }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ConfigExplain)
    const { options, runtime } = configInputs(this.config, flags)
    const path = args.key === undefined ? [] : keyArgument(args.key)
    const loaded = await loadConfig(options)
    const leaves = leafPaths(path, loaded)
    const isTable = leaves.some((leaf) => leaf.length > path.length)
    const paths = isTable || path.length === 0 ? leaves : [path]
    const explained = paths.map((each) => explainValue(each, loaded))
    const shown =
      path.length > 0
        ? explained
        : explained.filter(({ said }) => said?.layer !== 'default').sort((a, b) => (a.key < b.key ? -1 : 1))
    const [only] = shown
    if (path.length > 0 && only?.said === undefined && only?.field === undefined) {
      const keys = loaded.entries.map(({ key }) => key)
      throw unsetKey(path, keys)
    }
    const security = securityKeys.includes(path[0] ?? '') ? await explainSecurity(runtime) : undefined
    const texts = shown.map((each) => explanationText(each, path.length > 0))
    const text = texts.length > 0 ? texts.join(path.length > 0 ? '\n\n' : '\n') : 'Every value is the default.'
    const ends = [...(security ? [securityText(security)] : []), ...untrustedFiles(loaded)]
    this.print(
      {
        text: [text, ...ends].join('\n\n'),
        data: path.length === 0 || isTable ? shown : { ...only, ...(security && { security }) },
      },
      flags,
    )
  }
}

/** Files that say nothing here, since nobody trusts them. */
function untrustedFiles({ diagnostics, trust }: LoadedConfig): readonly string[] {
  const why = trust === 'trusted' ? 'trust in this repository does not cover it' : 'this repository is not trusted'
  return diagnostics.flatMap(({ code, file }) => (code === 'config.untrusted' ? `Not read, since ${why}: ${file}` : []))
}
