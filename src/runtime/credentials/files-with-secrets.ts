import type { Env } from '../../config/codex-home.ts'
import type { LoadedConfig } from '../../config/load-config.ts'
import { configuredSecrets } from './configured-secrets.ts'

/** Shorter ones stand in many texts that are no secret. */
const minLength = 8

/**
 * Configuration files in which a credential stands word for word. Redaction takes the value out of what is shown, but not of what a command
 * makes of it (`rev config.toml`): so such a file is not read at all.
 */
export function filesWithSecrets(
  { config, layers }: Pick<LoadedConfig, 'config' | 'layers'>,
  env: Env,
): readonly string[] {
  const secrets = configuredSecrets(config, env).filter((value) => value.length >= minLength)
  if (secrets.length === 0) return []
  return layers.flatMap(({ source }) =>
    source !== undefined && secrets.some((value) => source.text.includes(value)) ? [source.file] : [],
  )
}
