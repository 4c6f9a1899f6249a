import { realpathSync, type Stats, statSync } from 'node:fs'
import { join } from 'node:path'
import { CodexError } from '../plugin-api/errors.ts'

/** Environment variables, as `process.env` has them. */
export type Env = Readonly<Record<string, string | undefined>>

/**
 * The directory that holds configuration, definitions, threads and the audit log: `CODEX_HOME`, else `~/.codex`, which need not exist.
 * A real path where it exists. An empty CODEX_HOME counts as not set. @throws CodexError `home.missing`, `home.unwritable`
 */
export function codexHome(env: Env, homeDir: string): string {
  const chosen = env.CODEX_HOME
  if (!chosen) return realPathIfThere(join(homeDir, '.codex'))
  const stat = statOf(chosen)
  if (!stat?.isDirectory()) {
    const problem = stat ? 'is not a directory' : 'does not exist'
    throw new CodexError('home.missing', `CODEX_HOME points to "${chosen}", but that path ${problem}`, {
      hint: 'Create the directory, or unset CODEX_HOME to use ~/.codex.',
    })
  }
  return realpathSync(chosen)
}

function realPathIfThere(path: string): string {
  const stat = statOf(path)
  if (stat && !stat.isDirectory()) {
    throw new CodexError('home.unwritable', `${path} is not a directory, so nothing can be kept in it`, {
      hint: 'Move it away, or point CODEX_HOME to a directory.',
    })
  }
  return stat ? realpathSync(path) : path
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch (cause) {
    throw new CodexError('home.unwritable', `CODEX_HOME is "${path}", which cannot be looked at: ${String(cause)}`, {
      hint: 'Make its folders accessible for you, or point CODEX_HOME to another directory.',
      cause,
    })
  }
}
