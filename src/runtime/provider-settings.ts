import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Env } from '../config/codex-home.ts'
import type { Config } from '../config/schema.ts'
import { CodexError } from '../plugin-api/errors.ts'
import type { ProviderSettings } from '../plugin-api/provider.ts'

/** The built-in provider whose settings are the top-level keys of the configuration. */
const openaiId = 'openai'

/** What the configuration says of a provider; only its id for one that a plugin brings and no table configures. */
export function providerSettings(id: string, config: Config): ProviderSettings {
  if (id === openaiId) return { id, ...(config.openai_base_url !== undefined && { base_url: config.openai_base_url }) }
  const { requires_openai_auth: _, supports_websockets: __, ...table } = config.model_providers?.[id] ?? {}
  return Object.fromEntries(
    Object.entries({ id, ...table }).filter(([, value]) => value !== undefined),
  ) as unknown as ProviderSettings // undefined keys are gone
}

export interface CredentialDeps {
  readonly config: Config
  readonly env: Env
  readonly codexHome: string
}

/**
 * The key to send to a provider (architecture section 7): the OpenAI one is `CODEX_API_KEY`, then `auth.json`, then
 * `OPENAI_API_KEY`; any other provider has its own.
 *
 * @returns undefined where none is needed, or none is there and the provider does not insist
 * @throws CodexError `provider.credential`
 */
export async function providerCredential(id: string, deps: CredentialDeps): Promise<string | undefined> {
  const table = deps.config.model_providers?.[id]
  if (id === openaiId || table?.requires_openai_auth) return await openaiKey(deps)
  if (table?.experimental_bearer_token) return table.experimental_bearer_token
  if (table?.env_key === undefined) return undefined
  const key = deps.env[table.env_key]?.trim()
  if (key) return key
  throw new CodexError('provider.credential', `Missing environment variable: \`${table.env_key}\`.`, {
    hint: table.env_key_instructions ?? `Set ${table.env_key} to the key of provider "${id}".`,
  })
}

/** Why the configured provider cannot be asked; undefined where it can. */
export async function credentialProblem(id: string, deps: CredentialDeps): Promise<string | undefined> {
  const { openai_base_url: baseUrl, model_providers: tables } = deps.config
  const needsKey = id === openaiId ? baseUrl === undefined : tables?.[id]?.requires_openai_auth === true
  try {
    const key = await providerCredential(id, deps)
    return key === undefined && needsKey ? 'no API key is set' : undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

async function openaiKey({ env, codexHome }: CredentialDeps): Promise<string | undefined> {
  return (
    env.CODEX_API_KEY?.trim() ||
    (await keyOfAuthFile(join(codexHome, 'auth.json'))) ||
    env.OPENAI_API_KEY?.trim() ||
    undefined
  )
}

async function keyOfAuthFile(file: string): Promise<string | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw unreadable(file, error)
  })
  if (text === undefined) return undefined
  try {
    const value = JSON.parse(text) as { OPENAI_API_KEY?: unknown } | null // the field is checked below
    return typeof value?.OPENAI_API_KEY === 'string' ? value.OPENAI_API_KEY.trim() : undefined
  } catch (error) {
    throw unreadable(file, error)
  }
}

function unreadable(file: string, cause: unknown): CodexError {
  const reason = cause instanceof SyntaxError ? 'is not JSON' : 'cannot be read' // its text is a secret: no excerpt
  return new CodexError('provider.credential', `${file} ${reason}`, {
    hint: 'Mend or delete the file, then log in again.',
    location: { file },
  })
}
