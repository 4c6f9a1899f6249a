import { resolveProfile } from '../../definitions/resolve-profile.ts'
import { CodexError } from '../../plugin-api/errors.ts'
import type { Definition, ProfileDefinition } from '../../plugin-api/index.ts'
import { permissionProfile } from '../permission-profile.ts'

/** @throws CodexError `usage.arguments` for a name of nothing but blanks */
export function assertServerName(name: string): void {
  if (name.trim() !== '') return
  throw new CodexError('usage.arguments', 'The server has no name', {
    hint: 'Name it before the --, as in codex mcp add tickets -- COMMAND.',
  })
}

/** A profile of the run would say nothing of the server. @throws CodexError `usage.arguments` */
export function assertNoProfileOfTheRun(flags: {
  readonly profile?: string | undefined
  readonly 'security-profile'?: string | undefined
}): void {
  const flag = (['profile', 'security-profile'] as const).find((name) => flags[name] !== undefined)
  if (flag === undefined) return
  throw new CodexError('usage.arguments', `--${flag} is of this run, and would not hold the server`, {
    hint: `Write --server-profile ${flags[flag]} for what the server runs under.`,
  })
}

/**
 * The id to be written for `--server-profile`. A server runs in every directory, so that a profile of this repository is none for it.
 *
 * @throws CodexError `usage.unknown_definition` with the nearest names, `definition.invalid`
 */
export function serverProfile(named: string, profiles: readonly Definition<ProfileDefinition>[]): string {
  const id = permissionProfile(named)
  const everywhere = profiles.filter(({ origin }) => origin.layer !== 'project')
  return resolveProfile(id === 'workspace' ? 'workspace-write' : id, everywhere).id
}
