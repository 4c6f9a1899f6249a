import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Env } from '../../config/codex-home.ts'
import { CodexError } from '../../plugin-api/errors.ts'
import { isSecretName } from '../../sandbox/command-environment.ts'

/** A file with credentials that a plugin's manifest names for its provider. */
export interface CredentialFile {
  /** Below the home directory: `~/.aws/credentials`. */
  readonly path: string
  /** Variable that names another file in its place. */
  readonly env?: string | undefined
}

/**
 * The text of one of these files, undefined where it is not there; its secrets are kept out of everything that is written.
 *
 * @throws CodexError `provider.credential` for a file that is not among them, or cannot be read
 */
export async function readCredentialFile(
  path: string,
  files: readonly CredentialFile[],
  deps: { readonly env: Env; readonly homeDir: string; remember(secret: string): void },
): Promise<string | undefined> {
  const known = files.find((each) => each.path === path)
  if (!known) {
    throw new CodexError('provider.credential', `The manifest of this provider does not name ${path}`, {
      hint: `It names: ${files.map((each) => each.path).join(', ') || 'no file'}. A plugin lists such files as credential_files.`,
    })
  }
  const named = known.env === undefined ? undefined : deps.env[known.env]
  const file = named || join(deps.homeDir, path.replace(/^~\//, ''))
  try {
    const text = await readFile(file, 'utf8')
    for (const secret of secretsIn(text)) deps.remember(secret)
    return text
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    if (code === 'ENOENT') return undefined
    throw new CodexError('provider.credential', `${file} cannot be read (${code})`, {
      hint: 'Mend the file or its permissions.',
      location: { file },
      cause: error,
    })
  }
}

/** Values of settings with such names, in INI, environment and JSON files. */
function secretsIn(text: string): readonly string[] {
  const settings = text.matchAll(/["']?(\w+)["']?[ \t]*[=:][ \t]*["']?([^\s"',]{8,})/g)
  return [...settings].flatMap(([, name = '', value = '']) => (isSecretName(name) ? [value] : []))
}
