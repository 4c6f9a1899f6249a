import type { Config } from '../config/schema.ts'
import type { ThreadSettings } from './runtime-options.ts'

/** Where neither the command line nor the configuration names one. */
const defaultLocalProvider = 'ollama'

/** The configuration under `--oss`: the provider is a local one, and the model that the files name for another is not asked of it. */
export function withLocalProvider(config: Config, { oss, localProvider, model }: ThreadSettings): Config {
  if (!oss) return config
  const { model: _, ...rest } = config
  const provider = localProvider ?? config.oss_provider ?? defaultLocalProvider
  return { ...rest, model_provider: provider, ...(model !== undefined && { model }) }
}
