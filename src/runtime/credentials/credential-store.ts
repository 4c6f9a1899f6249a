import { CodexError } from '../../plugin-api/errors.ts'
import { fileStore } from './file-store.ts'

/** What is kept of a provider: its key, or a sign-in that this program cannot use. */
export type StoredCredential = { readonly type: 'key'; readonly key: string } | { readonly type: 'chatgpt' }

/** `cli_auth_credentials_store`. */
export type StoreMode = 'file' | 'keyring' | 'auto' | 'ephemeral'

/** A credential, and where it was found. */
export interface FoundCredential {
  readonly credential: StoredCredential
  /** For people: a path, or `the system keyring`. */
  readonly place: string
  /** What is wrong with the place, such as a mode that lets others read; a sentence each. */
  readonly warnings: readonly string[]
}

/** Keeps the keys of providers, by their id. */
export interface CredentialStore {
  /** @throws CodexError `credential.store`, `provider.credential` for a file that cannot be read */
  read(provider: string, signal: AbortSignal): Promise<FoundCredential | undefined>
  /** @returns the place; the key is there, whole, and nowhere else of this store @throws CodexError `credential.store` */
  write(provider: string, key: string, signal: AbortSignal): Promise<string>
  /** @returns false where nothing was kept @throws CodexError `credential.store` */
  remove(provider: string, signal: AbortSignal): Promise<boolean>
}

/**
 * The store that the configuration names. `auto` takes the keyring where one answers, else the file, and finds what either
 * holds. `ephemeral` keeps nothing.
 */
export function openCredentialStore(mode: StoreMode, codexHome: string): CredentialStore {
  const file = fileStore(codexHome)
  const keyring = async () => (await import('./keyring-store.ts')).keyringStore(codexHome)
  switch (mode) {
    case 'file':
      return file
    case 'keyring':
      return {
        read: async (provider, signal) => (await keyring()).read(provider, signal),
        write: async (provider, key, signal) => (await keyring()).write(provider, key, signal),
        remove: async (provider, signal) => (await keyring()).remove(provider, signal),
      }
    case 'auto':
      return autoStore(file, keyring)
    case 'ephemeral':
      return {
        read: async () => undefined,
        remove: async () => false,
        write: async () => {
          throw new CodexError('credential.store', 'cli_auth_credentials_store = "ephemeral" keeps no key', {
            hint: 'Set the key in the environment (CODEX_API_KEY), or choose "file", "keyring" or "auto".',
          })
        },
      }
  }
}

function autoStore(file: CredentialStore, keyring: () => Promise<CredentialStore>): CredentialStore {
  /** Undefined where no keyring answers: the file is there for that. */
  const ifThere = async <T>(work: (store: CredentialStore) => Promise<T>, signal: AbortSignal) => {
    try {
      return await work(await keyring())
    } catch {
      signal.throwIfAborted()
      return undefined
    }
  }
  return {
    read: async (provider, signal) =>
      (await ifThere((store) => store.read(provider, signal), signal)) ?? (await file.read(provider, signal)),
    async write(provider, key, signal) {
      const place = await ifThere((store) => store.write(provider, key, signal), signal)
      if (place === undefined) return await file.write(provider, key, signal)
      await file.remove(provider, signal)
      return place
    },
    async remove(provider, signal) {
      const isRemoved = await ifThere((store) => store.remove(provider, signal), signal)
      return (await file.remove(provider, signal)) || isRemoved === true
    },
  }
}
