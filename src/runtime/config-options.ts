import { codexHome } from '../config/codex-home.ts'
import type { LoadConfigOptions } from '../config/load-config.ts'
import type { ConfigFile } from '../config/schema.ts'
import { openCheckedLayers } from './checked-layers.ts'
import type { RuntimeOptions } from './runtime-options.ts'

/** What a run reads its configuration from. @throws CodexError `home.missing` */
export function configOptions(given: RuntimeOptions): LoadConfigOptions {
  const { settings } = given
  const home = codexHome(given.env, given.homeDir)
  const checked = settings.noCache ? undefined : openCheckedLayers(home)
  return {
    codexHome: home,
    cwd: given.cwd,
    env: given.env,
    overrides: settings.overrides,
    flags: flagLayer(given),
    strict: settings.strictConfig ?? false,
    lenient: settings.lenientConfig ?? false,
    ignoreUserConfig: settings.ignoreUserConfig ?? false,
    ...(settings.profile !== undefined && { profile: settings.profile }),
    ...(checked && { checked }),
  }
}

function flagLayer({ settings }: RuntimeOptions): ConfigFile {
  const features = { ...featureFlags(settings.enable, true), ...featureFlags(settings.disable, false) }
  const budget = {
    ...(settings.maxCost !== undefined && { max_cost: settings.maxCost }),
    ...(settings.maxTokens !== undefined && { max_tokens: settings.maxTokens }),
  }
  return {
    ...(settings.model !== undefined && { model: settings.model }),
    ...(settings.sandboxMode !== undefined && { sandbox_mode: settings.sandboxMode }),
    ...(settings.securityProfile !== undefined && { security_profile: settings.securityProfile }),
    ...(Object.keys(features).length > 0 && { features }),
    ...(Object.keys(budget).length > 0 && { budget }),
  }
}

function featureFlags(names: readonly string[] | undefined, value: boolean): Record<string, boolean> {
  return Object.fromEntries((names ?? []).map((name) => [name, value]))
}
