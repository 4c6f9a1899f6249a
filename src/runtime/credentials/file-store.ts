import { existsSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { ownValue } from '../../config/table.ts'
import { CodexError } from '../../plugin-api/errors.ts'
import type { CredentialStore, FoundCredential, StoredCredential } from './credential-store.ts'

/** The provider whose key lies in the file that Codex knows. */
const openaiId = 'openai'

/** A store of which all keys can be read at once. */
export interface FileStore extends CredentialStore {
  /** Every key in its files; none of a file that cannot be read. */
  readAll(): Promise<readonly string[]>
}

/**
 * Keys in files of CODEX_HOME that their owner alone may read: `auth.json` in the shape of Codex for openai
 * (`{"auth_mode":"apikey","OPENAI_API_KEY":"…"}`), `credentials.json` for all others (`{"providers":{"ID":{"api_key":"…"}}}`).
 */
export function fileStore(codexHome: string): FileStore {
  const fileOf = (provider: string) => join(codexHome, provider === openaiId ? 'auth.json' : 'credentials.json')
  return {
    async read(provider): Promise<FoundCredential | undefined> {
      const file = fileOf(provider)
      const found = await readPrivateFile(file, loginHint(provider))
      const credential = found && credentialIn(provider, found.value)
      return credential && { credential, place: file, warnings: found.warnings }
    },
    async readAll() {
      const [auth, others] = await Promise.all(
        [openaiId, ''].map((provider) => readPrivateFile(fileOf(provider), '').catch(() => undefined)),
      )
      const values = [
        auth?.value.OPENAI_API_KEY,
        ...Object.values(tableIn(auth?.value.tokens)),
        ...Object.values(tableIn(others?.value.providers)).map((each) => tableIn(each).api_key),
      ]
      return values.flatMap((value) => (typeof value === 'string' ? value.trim() : []))
    },
    async write(provider, key) {
      const file = fileOf(provider)
      const { changePrivateFile } = await import('./change-private-file.ts') // every turn reads keys, few write one
      await changePrivateFile(file, async () =>
        fileText(
          provider === openaiId
            ? { auth_mode: 'apikey', OPENAI_API_KEY: key }
            : { providers: { ...(await otherKeys(file, loginHint(provider))), [provider]: { api_key: key } } },
        ),
      )
      return file
    },
    async remove(provider) {
      const file = fileOf(provider)
      const isKept = async () =>
        provider === openaiId || ownValue(await otherKeys(file, logoutHint), provider) !== undefined
      if (!existsSync(file) || !(await isKept())) return false
      const { changePrivateFile } = await import('./change-private-file.ts')
      await changePrivateFile(file, async () => {
        if (provider === openaiId) return undefined
        const { [provider]: _, ...others } = await otherKeys(file, logoutHint)
        return Object.keys(others).length === 0 ? undefined : fileText({ providers: others })
      })
      return true
    },
  }
}

function fileText(value: Table): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

function credentialIn(provider: string, value: Table): StoredCredential | undefined {
  const holder =
    provider === openaiId ? value.OPENAI_API_KEY : tableIn(ownValue(tableIn(value.providers), provider)).api_key
  const key = typeof holder === 'string' ? holder.trim() : ''
  if (key !== '') return { type: 'key', key }
  return provider === openaiId && Object.keys(tableIn(value.tokens)).length > 0 ? { type: 'chatgpt' } : undefined
}

async function otherKeys(file: string, hint: string): Promise<Table> {
  return tableIn((await readPrivateFile(file, hint))?.value.providers)
}

type Table = Readonly<Record<string, unknown>>

function tableIn(value: unknown): Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Table) : {} // checked here
}

function loginHint(provider: string): string {
  const flags = provider === openaiId ? '' : ` --provider ${provider}`
  return `Mend or delete the file, then log in again: codex login${flags} --with-api-key`
}

/** One key cannot be taken out of what cannot be read, and the rest is not this command's to throw away. */
const logoutHint =
  'Nothing was changed. Mend the file and log out again, or delete it, and with it the keys of all providers in it.'

/** Its JSON object, and what is wrong with its mode; undefined where there is no such file. @param hint what to do where it cannot be read */
async function readPrivateFile(
  file: string,
  hint: string,
): Promise<{ readonly value: Table; readonly warnings: readonly string[] } | undefined> {
  // Every start looks, and mostly there is none: a look without a thread costs a tenth.
  if (!existsSync(file)) return undefined
  try {
    const handle = await open(file)
    try {
      const { mode } = await handle.stat()
      const isOpen = process.platform !== 'win32' && (mode & 0o077) !== 0
      const bits = (mode & 0o777).toString(8)
      const warnings = isOpen ? [`${file} holds a key and is open to others (mode ${bits}): chmod 600 '${file}'`] : []
      return { value: tableIn(JSON.parse(await handle.readFile('utf8'))), warnings }
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    // Its text is a secret: no excerpt, and no cause that has one.
    const reason = error instanceof SyntaxError ? 'is not JSON' : 'cannot be read'
    throw new CodexError('provider.credential', `${file} ${reason}`, {
      hint,
      location: { file },
    })
  }
}
