import type { LoadedConfig } from '../config/load-config.ts'
import { placeOfKey } from '../config/place-of-key.ts'
import { CodexError } from '../plugin-api/errors.ts'
import { repositoryConfig, userConfig } from './config-of-layers.ts'
import { profileOfPermissions } from './select-profile.ts'

const key = 'default_permissions'

/**
 * Refuses to start a thread where the configuration forbids things by a name that nothing has: what they would have forbidden
 * must not happen quietly.
 *
 * @throws CodexError `config.invalid`
 */
export function assertRestrictionsRead({ layers }: Pick<LoadedConfig, 'layers'>): void {
  const said = [userConfig(layers), repositoryConfig(layers)] // a repository cannot put a word of its own over the user's
  const known = [...profileOfPermissions.keys(), ...said.flatMap(({ permissions = {} }) => Object.keys(permissions))]
  const name = said.map((config) => config[key]).find((each) => each !== undefined && !known.includes(each))
  if (name === undefined) return
  const location = placeOfKey(
    [key],
    layers.filter(({ table }) => table[key] === name),
  )
  throw new CodexError('config.invalid', `${key} is "${name}", and there is no table [permissions.${name}]`, {
    hint: `There are: ${known.join(', ')}.`,
    ...(location && { location }),
  })
}
