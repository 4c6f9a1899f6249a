import type { LoadedConfig } from '../config/load-config.ts'
import type { ConfigFile } from '../config/schema.ts'
import { CodexError } from '../plugin-api/errors.ts'
import { repositoryConfig, userConfig } from './config-of-layers.ts'
import { profileOfPermissions } from './select-profile.ts'

const key = 'default_permissions'

/**
 * Refuses to start a thread where the configuration forbids things in a way that this version does not read (a table of
 * `[permissions]`): what it would have forbidden must not happen quietly.
 *
 * @throws CodexError `config.invalid`
 */
export function assertRestrictionsRead({ layers }: Pick<LoadedConfig, 'layers'>): void {
  const said = [userConfig(layers), repositoryConfig(layers)] // a repository cannot put a word of its own over the user's
  const name = said.map(unreadName).find((each) => each !== undefined)
  if (name === undefined) return
  const source = layers.findLast(({ table }) => table[key] === name)?.source
  throw new CodexError(
    'config.invalid',
    `This version does not read ${key} = "${name}", so what it would forbid is not known`,
    {
      hint: `Write ${[...profileOfPermissions.keys()].join(', ')}; or write it as a profile (docs/profiles.md), choose that with security_profile, and take this key out.`,
      ...(source && { location: { file: source.file, field: key, ...source.locate([key]) } }),
    },
  )
}

function unreadName({ default_permissions: name }: ConfigFile): string | undefined {
  return name === undefined || profileOfPermissions.has(name) ? undefined : name
}
