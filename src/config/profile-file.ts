import { join } from 'node:path'
import { CodexError } from '../plugin-api/errors.ts'

/** The file of the layer `-p NAME`; undefined for `project:NAME`, which names a security profile of a repository and never a layer. @throws CodexError `usage.arguments` */
export function profileLayerFile(codexHome: string, profile: string): string | undefined {
  const isOfRepository = /^project:[a-z][a-z0-9-]*$/.test(profile)
  return isOfRepository ? undefined : profileFile(codexHome, profile)
}

/** The file of the layer `-p NAME`. @throws CodexError `usage.arguments` for a name that is a path */
export function profileFile(codexHome: string, profile: string): string {
  if (/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(profile)) return join(codexHome, `${profile}.config.toml`)
  throw new CodexError('usage.arguments', `invalid --profile value "${profile}"`, {
    hint: 'Pass a plain name such as `work`: letters, digits, dot, dash, underscore.',
  })
}
