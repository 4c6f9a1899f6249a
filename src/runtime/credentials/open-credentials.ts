import type { Env } from '../../config/codex-home.ts'
import type { Config } from '../../config/schema.ts'
import { ownValue } from '../../config/table.ts'
import { CodexError, isCodexError } from '../../plugin-api/errors.ts'
import type { CredentialReport } from '../../plugin-api/kernel-client.ts'
import { configuredSecrets } from './configured-secrets.ts'
import { type FoundCredential, openCredentialStore } from './credential-store.ts'
import { fileStore } from './file-store.ts'
import type { TokenCommand } from './token-command.ts'
import { createTokenSource, type TokenSource } from './token-source.ts'

/** The built-in provider whose settings are the top-level keys of the configuration. */
export const openaiId = 'openai'

export interface CredentialDeps {
  readonly config: Config
  readonly env: Env
  readonly codexHome: string
  readonly homeDir: string
  readonly workspaceRoot: string
  now(): Date
}

/** The keys of the providers, each looked up when it is first needed; what was found is kept in memory alone. */
export interface Credentials {
  /**
   * The credential to send (architecture section 7); undefined where none is needed, or none is there and the provider
   * does not insist. @throws CodexError `provider.credential`, `credential.store`, `credential.command`; the abort reason
   */
  credential(provider: string, signal: AbortSignal): Promise<string | undefined>
  /** Another credential in place of one that the server refused; undefined where there can be none. @throws as `credential` */
  renew(provider: string, refused: string, signal: AbortSignal): Promise<string | undefined>
  /** Where it comes from, without running a command. */
  report(provider: string, signal: AbortSignal): Promise<CredentialReport>
  /** Keeps a credential that came another way, such as by a variable that a provider names itself. */
  remember(secret: string): void
  /** Reads what lies in files, so that it is known to `secrets` whichever provider is asked. What cannot be read is left out. */
  readFiles(): Promise<void>
  /** All that was found so far, to be taken out of whatever is written; a new list where one was added. */
  readonly secrets: () => readonly string[]
  /** What is wrong with the places that were read, a sentence each. */
  readonly warnings: () => readonly string[]
}

export function openCredentials(deps: CredentialDeps): Credentials {
  const { config, env } = deps
  const store = openCredentialStore(config.cli_auth_credentials_store ?? 'file', deps.codexHome)
  const stored = new Map<string, Promise<FoundCredential | undefined>>()
  const tokens = new Map<string, TokenSource>()
  const warnings = new Set<string>()
  let secrets = configuredSecrets(config, env)

  const remember = (key: string): string => {
    if (!secrets.includes(key)) secrets = [...secrets, key]
    return key
  }
  const readStored = (provider: string, signal: AbortSignal): Promise<FoundCredential | undefined> => {
    const known = stored.get(provider)
    if (known) return known
    const reading = store.read(provider, signal).then((found) => {
      for (const warning of found?.warnings ?? []) warnings.add(warning)
      if (found?.credential.type === 'key') remember(found.credential.key)
      return found
    })
    stored.set(provider, reading)
    reading.catch(() => stored.delete(provider))
    return reading
  }
  const tokenSource = (provider: string, settings: TokenCommand): TokenSource => {
    const known = tokens.get(provider)
    if (known) return known
    const key = provider === openaiId ? 'auth' : `model_providers.${provider}.auth`
    const source = createTokenSource({
      take: async (signal) => {
        const { runTokenCommand } = await import('./token-command.ts')
        return remember(await runTokenCommand(settings, key, deps, signal))
      },
      intervalMs: settings.refresh_interval_ms,
      now: deps.now,
    })
    tokens.set(provider, source)
    return source
  }

  /** The first place that has one, and how to get it; the order is that of architecture section 7. */
  const find = async (asked: string, signal: AbortSignal): Promise<Found> => {
    const table = ownValue(config.model_providers, asked)
    const provider = table?.requires_openai_auth ? openaiId : asked
    const isOpenai = provider === openaiId
    if (!isOpenai && table?.experimental_bearer_token) {
      const detail = `model_providers.${asked}.experimental_bearer_token`
      return { source: 'config', detail, key: table.experimental_bearer_token }
    }
    const first = isOpenai ? 'CODEX_API_KEY' : table?.env_key
    const ofFirst = first === undefined ? undefined : ownValue(env, first)?.trim()
    if (first !== undefined && ofFirst) return { source: 'environment', detail: first, key: ofFirst }
    const command = isOpenai ? config.auth : table?.auth
    if (command) {
      const detail = isOpenai ? 'auth.command' : `model_providers.${asked}.auth.command`
      return { source: 'command', detail, token: tokenSource(provider, command) }
    }
    const kept = await readStored(provider, signal)
    if (kept?.credential.type === 'key') {
      return { source: kept.place.includes('/') ? 'file' : 'keyring', detail: kept.place, key: kept.credential.key }
    }
    const last = isOpenai ? env.OPENAI_API_KEY?.trim() : undefined
    if (last) return { source: 'environment', detail: 'OPENAI_API_KEY', key: last }
    if (kept) throw chatgpt(kept.place)
    if (isOpenai || table?.env_key === undefined) return { source: 'none', detail: 'none' }
    throw new CodexError('provider.credential', `Missing environment variable: \`${table.env_key}\`.`, {
      hint:
        table.env_key_instructions ??
        `Set ${table.env_key} to the key of provider "${asked}", or: codex login --provider ${asked} --with-api-key`,
    })
  }

  return {
    secrets: () => secrets,
    remember: (secret) => void remember(secret),
    async readFiles() {
      for (const key of await fileStore(deps.codexHome).readAll()) remember(key)
    },
    warnings: () => [...warnings],
    async credential(provider, signal) {
      const found = await find(provider, signal)
      if (found.token) return await found.token.token(signal)
      if (found.key !== undefined) return remember(found.key)
      // Another server at that address may need none.
      if (provider === openaiId && config.openai_base_url === undefined) throw noKey()
      return undefined
    },
    async renew(provider, refused, signal) {
      const { token } = await find(provider, signal)
      const renewed = await token?.renew(refused, signal)
      return renewed === refused ? undefined : renewed
    },
    async report(provider, signal) {
      const isNeeded =
        provider === openaiId
          ? config.openai_base_url === undefined
          : ownValue(config.model_providers, provider)?.requires_openai_auth === true
      try {
        const { source, detail } = await find(provider, signal)
        return { provider, source, detail, ...(source === 'none' && isNeeded && { problem: 'no API key is set' }) }
      } catch (error) {
        signal.throwIfAborted()
        const problem = error instanceof Error ? error.message : String(error)
        const hint = isCodexError(error) && error.code !== 'provider.credential' ? ` ${error.hint ?? ''}` : ''
        return { provider, source: 'none', detail: 'none', problem: `${problem}${hint}` }
      }
    },
  }
}

interface Found {
  readonly source: CredentialReport['source']
  readonly detail: string
  readonly key?: string
  readonly token?: TokenSource
}

function noKey(): CodexError {
  return new CodexError('provider.credential', 'There is no API key for OpenAI, so its models cannot be asked', {
    hint: 'Run codex login --with-api-key, or set CODEX_API_KEY. codex --oss asks a model on this machine; agents with a playbook need none.',
  })
}

function chatgpt(place: string): CodexError {
  return new CodexError(
    'provider.credential',
    `${place} holds a sign-in with ChatGPT and no API key; this program does not use such a sign-in`,
    {
      hint: 'Give it a key of its own: set CODEX_API_KEY, or run codex login --with-api-key (which replaces the file).',
    },
  )
}
