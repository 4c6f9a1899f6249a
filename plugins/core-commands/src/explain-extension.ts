import { type ExtensionEntry, originLayers } from 'codex-kernel/plugin-api'
import { table } from './table.ts'

/** One contribution: where it comes from, what it hides, what hides it, why it is off, how to turn it on or off. */
export function explainExtension(entry: ExtensionEntry, all: readonly ExtensionEntry[]): string {
  const { point, id, plugin, version, source, shadows, status, reason } = entry
  const hiddenBy = all.filter((other) => other.point === point && other.shadows.includes(`${plugin}:${id}`))
  // A file of a layer is no plugin's, and is turned off by moving it away.
  const isPlugin = !originLayers.some((layer) => layer === plugin)
  const isOff = reason === 'turned off in the configuration'
  const rows = [
    ['status', status],
    ...(reason === undefined ? [] : [['reason', reason]]),
    ['from', `${plugin} ${version}`],
    ['file', source],
    ...(shadows.length > 0 ? [['shadows', shadows.join(', ')]] : []),
    ...hiddenBy.map((other) => ['shadowed by', `${other.plugin} ${other.version}: ${other.source}`]),
    ...(isPlugin
      ? [[isOff ? 'turn it on' : 'turn it off', `codex config set 'plugins."${plugin}".enabled' ${isOff}`]]
      : []),
  ]
  return `${point}/${id}\n${table(rows.map(([key = '', value = '']) => [`  ${key}`, value]))}`
}
