import { realpathSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { CodexError } from '../plugin-api/errors.ts'

/** Environment variables, as `process.env` has them. */
export type Env = Readonly<Record<string, string | undefined>>

/**
 * The directory that holds configuration, definitions, threads and the audit log: `CODEX_HOME`, else `~/.codex`, which need not exist.
 * A real path where it exists. An empty CODEX_HOME counts as not set. @throws CodexError `home.missing`
 */
export function codexHome(env: Env, homeDir: string): string {
  const chosen = env.CODEX_HOME
  if (!chosen) return realPathIfThere(join(homeDir, '.codex'))
  const stat = statSync(chosen, { throwIfNoEntry: false })
  if (!stat?.isDirectory()) {
    const problem = stat ? 'is not a directory' : 'does not exist'
    throw new CodexError('home.missing', `CODEX_HOME points to "${chosen}", but that path ${problem}`, {
      hint: 'Create the directory, or unset CODEX_HOME to use ~/.codex.',
    })
  }
  return realpathSync(chosen)
}

function realPathIfThere(path: string): string {
  return statSync(path, { throwIfNoEntry: false }) ? realpathSync(path) : path
}
