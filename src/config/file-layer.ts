import { lstat } from 'node:fs/promises'
import { CodexError, isCodexError } from '../plugin-api/errors.ts'
import type { ConfigLayer, ConfigLayerName } from './config-layer.ts'
import { parseToml } from './parse-toml.ts'
import { readTextFile } from './read-text.ts'

/**
 * The layer of one file; undefined where there is none. A link to nothing is an error: somebody wanted a file there.
 * @throws CodexError `config.unreadable`
 */
export async function fileLayer(name: ConfigLayerName, file: string): Promise<ConfigLayer | undefined> {
  const text = await readConfigText(file)
  return text === undefined ? undefined : textLayer(name, file, text)
}

/** The layer of a file's text. @throws CodexError `config.unreadable` */
export function textLayer(name: ConfigLayerName, file: string, text: string): ConfigLayer {
  const { value, locate } = parseToml(text, file)
  return { name, table: value, source: { file, text, locate } }
}

/** The text of a configuration file; undefined where there is none. @throws CodexError `config.unreadable` */
export async function readConfigText(file: string): Promise<string | undefined> {
  try {
    return await readTextFile(file)
  } catch (error) {
    if (isCodexError(error)) throw error
    const code = errorCode(error)
    if (code === 'ENOTDIR') return undefined
    if (code === 'ENOENT') {
      const found = await lstat(file).catch(() => undefined)
      if (found === undefined) return undefined
      // Another process has put it there since.
      if (!found.isSymbolicLink()) return readConfigText(file)
    }
    const problems: Record<string, string> = {
      ENOENT: 'The file is a link to nothing',
      EISDIR: 'This is a directory, not a file',
      EACCES: 'No permission to read the file',
      EPERM: 'No permission to read the file',
      ELOOP: 'The file is a link to itself',
    }
    throw new CodexError('config.unreadable', problems[code] ?? `The file cannot be read (${code})`, {
      cause: error,
      location: { file },
      hint: 'Make it a readable file, or remove it.',
    })
  }
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
}
