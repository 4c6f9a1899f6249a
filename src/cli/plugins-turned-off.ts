import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { loadConfig } from '../config/load-config.ts'

/**
 * Names of the plugins that the configuration turns off, before it is known which command runs: the options that say
 * something of the configuration are found wherever they stand. @throws CodexError `config.*`
 */
export async function pluginsTurnedOff(codexHome: string, argv: readonly string[]): Promise<ReadonlySet<string>> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      config: { type: 'string', short: 'c', multiple: true },
      cd: { type: 'string', short: 'C' },
      profile: { type: 'string', short: 'p' },
    },
    strict: false,
    allowPositionals: true,
  })
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined)
  const profile = text(values.profile)
  const { config } = await loadConfig({
    codexHome,
    cwd: resolve(text(values.cd) ?? process.cwd()),
    env: process.env,
    overrides: (values.config ?? []).filter((value) => typeof value === 'string'),
    flags: {},
    strict: false,
    ...(profile !== undefined && { profile }),
  })
  return new Set(
    Object.entries(config.plugins ?? {}).flatMap(([name, { enabled }]) => (enabled === false ? [name] : [])),
  )
}
