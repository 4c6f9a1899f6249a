import { createHash } from 'node:crypto'
import type { AsyncEntry } from '@napi-rs/keyring'
import { CodexError } from '../../plugin-api/errors.ts'
import type { CredentialStore } from './credential-store.ts'

const service = 'codex-kernel'
const place = 'the system keyring'
/** A locked keyring asks the person for its password. */
const timeoutMs = 60_000

/**
 * Keys in the system's keyring: Keychain, Credential Manager, or the Secret Service. On Linux the kernel's own keyring is not taken
 * for one, since it forgets at the next start. Homes have entries of their own.
 */
export async function keyringStore(codexHome: string): Promise<CredentialStore> {
  const home = createHash('sha256').update(codexHome).digest('hex').slice(0, 16)
  const entryOf = async (provider: string) => {
    const { AsyncEntry: Entry } = await import('@napi-rs/keyring')
    return new Entry(service, `${provider}|${home}`, { linux: { store: 'secret-service' } })
  }
  const use = async <T>(
    provider: string,
    work: (entry: AsyncEntry, signal: AbortSignal) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> => {
    try {
      return await work(await entryOf(provider), AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]))
    } catch (cause) {
      signal.throwIfAborted()
      throw unavailable(cause)
    }
  }
  return {
    async read(provider, signal) {
      const key = (await use(provider, (entry, abort) => entry.getPassword(abort), signal))?.trim()
      return key ? { credential: { type: 'key', key }, place, warnings: [] } : undefined
    },
    async write(provider, key, signal) {
      await use(provider, (entry, abort) => entry.setPassword(key, abort), signal)
      return place
    },
    remove: (provider, signal) => use(provider, (entry, abort) => entry.deleteCredential(abort), signal),
  }
}

function unavailable(cause: unknown): CodexError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new CodexError('credential.store', `The system keyring does not answer: ${reason}`, {
    hint: 'Start and unlock a keyring service, or set cli_auth_credentials_store = "file" (or "auto") in config.toml.',
    cause,
  })
}
