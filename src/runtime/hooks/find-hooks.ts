import { existsSync, realpathSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import type { ConfigLayer } from '../../config/config-layer.ts'
import { isTable } from '../../config/table.ts'
import { userConfig } from '../config-of-layers.ts'
import type { Kernel } from '../load-kernel.ts'

/** Where hooks may stand; nothing of it is read yet. */
export interface HookPlaces {
  /** Files `hooks.json` that are there: the user's, then those of the repository from its root down. */
  readonly userFile?: string
  readonly projectFiles: readonly string[]
  /** Layers of the configuration that have a table `hooks` with something in it, lowest first. */
  readonly layers: readonly ConfigLayer[]
}

/** Looks where hooks may stand; undefined where there is nothing, or the user has hooks of files turned off, which costs every start a look at each place. */
export function findHooks({ codexHome, loaded }: Pick<Kernel, 'codexHome' | 'loaded'>): HookPlaces | undefined {
  const [userFile, ...ofProject] = hookFiles(codexHome, loaded.workspace)
  const projectFiles = ofProject.filter((file) => existsSync(file) && realpathSync(dirname(file)) !== codexHome)
  const layers = loaded.layers.filter(({ table }) => isTable(table.hooks) && Object.keys(table.hooks).length > 0)
  const hasOwn = userFile !== undefined && existsSync(userFile)
  if (!hasOwn && projectFiles.length === 0 && layers.length === 0) return undefined
  // A repository turns off no hooks of the user's.
  if (userConfig(loaded.layers).features?.hooks === false) return undefined
  return { ...(hasOwn && { userFile }), projectFiles, layers }
}

/** The files that are looked at, whether they are there or not: the user's first, then from the root of the workspace to the working directory. */
export function hookFiles(
  codexHome: string,
  { root, cwd }: { readonly root: string; readonly cwd: string },
): readonly string[] {
  const steps = relative(root, cwd).split(sep).filter(Boolean)
  const directories = [root, ...steps.map((_, index) => join(root, ...steps.slice(0, index + 1)))]
  return [join(codexHome, 'hooks.json'), ...directories.map((directory) => join(directory, '.codex', 'hooks.json'))]
}
