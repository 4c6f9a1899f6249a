import { tomlKey } from '../config/stringify-toml.ts'
import { ownValue } from '../config/table.ts'
import { CodexError } from '../plugin-api/errors.ts'
import type { KernelClient } from '../plugin-api/kernel-client.ts'
import { type CredentialStore, openCredentialStore, type StoreMode } from '../runtime/credentials/credential-store.ts'
import { openaiId } from '../runtime/credentials/open-credentials.ts'

/** What `codex login`, `login status` and `logout` work on. */
export interface Login {
  readonly provider: string
  readonly store: CredentialStore
  /** What counts before the key that is kept, a sentence each. */
  notes(): readonly string[]
}

/**
 * @param forgetting given where a key is forgotten: a provider that is gone may have left one
 * @throws CodexError `provider.unknown` for a provider that nobody brings and no table configures
 */
export async function openLogin(
  kernel: KernelClient,
  provider: string = openaiId,
  forgetting?: AbortSignal,
): Promise<Login> {
  const entries = await kernel.config()
  const configured = (key: string) => entries.find((entry) => entry.key === key)?.value
  const tables = entries.flatMap(({ key }) => /^model_providers\.("(?:[^"\\]|\\.)*"|[^.]+)/.exec(key)?.[1] ?? [])
  const ofTables = tables.map((name) => (name.startsWith('"') ? String(JSON.parse(name)) : name))
  const brought = (await kernel.extensions()).flatMap(({ point, id }) => (point === 'providers' ? id : []))
  const known = [...new Set([...brought, ...ofTables])].filter((id) => id !== 'playbook')
  const mode = configured('cli_auth_credentials_store') ?? 'file'
  const store = openCredentialStore(mode as StoreMode, kernel.codexHome) // checked by the schema of the configuration
  // What cannot be read may hold one: forgetting it says what is wrong.
  const mayHaveLeft = (signal: AbortSignal) =>
    store.read(provider, signal).then(
      (found) => found !== undefined,
      () => true,
    )
  if (!known.includes(provider) && !(forgetting && (await mayHaveLeft(forgetting)))) {
    throw new CodexError('provider.unknown', `Model provider \`${provider}\` not found`, {
      hint: `Known: ${known.join(', ')}. Add a [model_providers.${provider}] table, or install the plugin that brings it.`,
    })
  }
  const isOpenai = provider === openaiId
  const ofTable = (key: string) => tomlKey(isOpenai ? [key] : ['model_providers', provider, key])
  const variable = isOpenai ? 'CODEX_API_KEY' : configured(ofTable('env_key'))
  return {
    provider,
    store,
    notes() {
      const isSet = typeof variable === 'string' && Boolean(ownValue(process.env, variable)?.trim())
      const others = ['experimental_bearer_token', 'auth'].map(ofTable)
      const before = others.filter((key) =>
        entries.some((entry) => entry.key === key || entry.key.startsWith(`${key}.`)),
      )
      const borrowed = ofTable('requires_openai_auth')
      return [
        ...(configured(borrowed) === true ? [`${borrowed} = true: the key of openai is used, and not this one.`] : []),
        ...[...(isSet ? [variable] : []), ...before].map(
          (name) => `${name} is set, and counts before a key that is kept.`,
        ),
      ]
    },
  }
}
