import { formatDiagnostic } from '../../plugin-api/diagnostic.ts'
import { terminalJson } from '../../plugin-api/terminal-json.ts'
import type { Kernel } from '../load-kernel.ts'
import type { SecurityDeps } from '../open-thread-security.ts'

/** Values that somebody has said; secret ones are taken out already. */
export function configPart({ loaded }: Kernel): string {
  const said = loaded.entries.filter(({ layer }) => layer !== 'default')
  if (said.length === 0) return 'All values are the defaults.'
  return said
    .map(
      ({ key, value, layer, file }) =>
        `${key} = ${terminalJson(value)}   # ${file === undefined ? layer : `${layer}: ${file}`}`,
    )
    .join('\n')
}

/** What does not load, or is not as it should be. */
export async function problemsPart({ kernel, store }: SecurityDeps): Promise<string> {
  await Promise.all([store.commands(), store.agents(), store.profiles(), store.policies()])
  const found = [...kernel.diagnostics, ...store.diagnostics()]
  return found.length === 0 ? 'None.' : found.map(formatDiagnostic).join('\n')
}

/** Each plugin with its version. */
export function pluginsPart({ registry, brokenPlugins }: Kernel): string {
  return [
    ...registry.plugins.map(
      ({ name, version, layer }) => `${name} ${version}${layer === 'plugin' ? ', installed' : ''}`,
    ),
    ...brokenPlugins.map(
      ({ name, diagnostics }) => `${name}, off: ${diagnostics.map(({ message }) => message).join('; ')}`,
    ),
  ].join('\n')
}
