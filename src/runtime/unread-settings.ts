import type { LoadedConfig } from '../config/load-config.ts'
import type { ConfigFile } from '../config/schema.ts'
import { CodexError } from '../plugin-api/errors.ts'
import { repositoryConfig, userConfig } from './config-of-layers.ts'
import { profileOfPermissions } from './select-profile.ts'

/** Keys that forbid things and that this version does not read, and what to write instead. */
const unread = [
  {
    key: 'default_permissions',
    isSet: ({ default_permissions: name }: ConfigFile) => name !== undefined && !profileOfPermissions.has(name),
    hint: 'Write it as a profile (docs/profiles.md), choose that with security_profile, and take this key out.',
  },
] as const

/**
 * Refuses to start a thread where the configuration forbids things in a way that this version does not read: what they
 * would have forbidden must not happen quietly.
 *
 * @throws CodexError `config.invalid`
 */
export function assertRestrictionsRead({ layers }: Pick<LoadedConfig, 'layers'>): void {
  const said = [userConfig(layers), repositoryConfig(layers)] // a repository cannot put a word of its own over the user's
  const found = unread.find(({ isSet }) => said.some(isSet))
  if (!found) return
  const { key, hint, isSet } = found
  const file = layers.findLast(({ table }) => isSet(table))?.source?.file
  throw new CodexError('config.invalid', `This version does not read ${key}, so what it would forbid is not known`, {
    hint,
    ...(file !== undefined && { location: { file, field: key } }),
  })
}
