import { basename, dirname } from 'node:path'
import type { Diagnostic } from '../plugin-api/diagnostic.ts'
import { configPlaces } from './config-places.ts'
import type { LoadConfigOptions } from './load-config.ts'
import { readConfig, workspaceOf } from './read-config.ts'
import { isOfAllLayers } from './server-warnings.ts'
import { validateFile } from './validate-file.ts'

/** What was checked and what is wrong with it. */
export interface Checked {
  readonly files: readonly string[]
  readonly diagnostics: readonly Diagnostic[]
}

/** Checks these configuration files, or every file that the configuration is read from and what they say together. */
export async function validateConfig(files: readonly string[], options: LoadConfigOptions): Promise<Checked> {
  const { codexHome, cwd, strict } = options
  const isOfRepository = (file: string) => basename(dirname(file)) === '.codex' && dirname(file) !== codexHome
  if (files.length > 0) {
    const found = await Promise.all(
      files.map((file) => validateFile(isOfRepository(file) ? 'project' : 'user', file, strict)),
    )
    return { files, diagnostics: found.flat() }
  }
  const read = await readConfig(options)
  const places = (await configPlaces(options, await workspaceOf(read, cwd))).filter(({ isThere }) => isThere)
  const diagnostics = (await Promise.all(places.map(({ layer, file }) => validateFile(layer, file, strict)))).flat()
  // What no file says alone: -c, variables, and rules that hold between layers.
  const isKnown =
    'problem' in read && diagnostics.some((each) => each.severity === 'error' && each.file === read.problem.file)
  const together = 'loaded' in read ? read.loaded.diagnostics.filter(isOfAllLayers) : isKnown ? [] : [read.problem]
  return { files: places.map(({ file }) => file), diagnostics: [...diagnostics, ...together] }
}
