import type { LoadConfigOptions } from '../config/load-config.ts'
import type { KernelSettings } from '../plugin-api/base-command.ts'
import { configOptions } from '../runtime/config-options.ts'
import type { RuntimeOptions } from '../runtime/runtime-options.ts'
import { runtimeOptions } from './process-deps.ts'

/** What the commands of `codex config` read. They open no runtime: they have to work where the configuration does not load. */
export interface ConfigInputs {
  readonly runtime: RuntimeOptions
  readonly options: LoadConfigOptions
}

/** @throws CodexError `home.missing` */
export function configInputs(
  { root, version }: { readonly root: string; readonly version: string },
  flags: KernelSettings,
): ConfigInputs {
  const given = Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined && value !== false))
  const runtime = runtimeOptions({ packageRoot: root, version }, given, { originator: 'codex_cli', neverAsk: true })
  return { runtime, options: configOptions(runtime) }
}
