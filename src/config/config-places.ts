import { lstat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import type { ConfigLayerName } from './config-layer.ts'
import { userConfigFile } from './edit-config.ts'
import type { LoadConfigOptions } from './load-config.ts'
import { profileLayerFile } from './profile-file.ts'

/** A file that the configuration is looked for in. */
export interface ConfigPlace {
  readonly layer: Extract<ConfigLayerName, 'user' | 'kernel' | 'profile' | 'project'>
  readonly file: string
  readonly isThere: boolean
  /** True for the file that changes are written to where nothing else is asked. */
  readonly isWritten: boolean
}

/**
 * Every file that the configuration is looked for in, from the lowest layer to the highest: of a repository, one for each directory from its root down to the
 * working directory. Whether a repository's files are read is a matter of trust.
 */
export async function configPlaces(
  {
    codexHome,
    profile,
    ignoreUserConfig = false,
  }: Pick<LoadConfigOptions, 'codexHome' | 'profile' | 'ignoreUserConfig'>,
  workspace: { readonly root: string; readonly cwd: string },
): Promise<readonly ConfigPlace[]> {
  const written = await userConfigFile(codexHome)
  const steps = relative(workspace.root, workspace.cwd).split(sep).filter(Boolean)
  const directories = ['', ...steps.map((_, index) => join(...steps.slice(0, index + 1)))]
  const project = directories
    .map((directory) => join(workspace.root, directory, '.codex'))
    // In the home directory the user's own .codex would else be taken for a repository's.
    .filter((directory) => directory !== codexHome)
  const layerFile = profile === undefined ? undefined : profileLayerFile(codexHome, profile)
  const files = [
    ...(ignoreUserConfig
      ? []
      : [
          { layer: 'user', file: join(codexHome, 'config.toml') } as const,
          { layer: 'kernel', file: join(codexHome, 'kernel.toml') } as const,
        ]),
    ...(layerFile === undefined ? [] : [{ layer: 'profile', file: layerFile } as const]),
    ...project.map((directory) => ({ layer: 'project', file: join(directory, 'config.toml') }) as const),
  ]
  return await Promise.all(
    files.map(async (place) => ({ ...place, isThere: await isThere(place.file), isWritten: place.file === written })),
  )
}

async function isThere(file: string): Promise<boolean> {
  return lstat(file).then(
    () => true,
    () => false,
  )
}
