import { basename, join } from 'node:path'
import type { ConfigTarget } from '../config/change-config.ts'
import { userConfigFile } from '../config/edit-config.ts'
import { fieldFacts, knownKeys } from '../config/field-facts.ts'
import { layerProblems } from '../config/layer-problems.ts'
import { parseKeyPath } from '../config/parse-key-path.ts'
import { profileFile } from '../config/profile-file.ts'
import { tomlKey } from '../config/stringify-toml.ts'
import { nestedTable } from '../config/table.ts'
import { findWorkspace } from '../config/workspace.ts'
import { nearestNames } from '../kernel/nearest-names.ts'
import { CodexError } from '../plugin-api/errors.ts'
import type { ConfigInputs } from './config-inputs.ts'

/** The parts of a key that was typed. @throws CodexError `usage.arguments` */
export function keyArgument(text: string): readonly string[] {
  const parsed = parseKeyPath(text)
  if ('path' in parsed) return parsed.path
  throw new CodexError('usage.arguments', `"${text}" is not a key: ${parsed.problem}`, {
    hint: 'Write parts with dots between them, quoted where they hold other characters: projects."/a/b".trust_level',
  })
}

/** The file that a change is written to: of the repository, of the layer `-p NAME`, else of the user. @throws CodexError `config.invalid`, `usage.arguments` */
export async function configTarget(
  { options }: ConfigInputs,
  markers: readonly string[],
  isProject: boolean,
): Promise<ConfigTarget> {
  const { codexHome, cwd, profile } = options
  if (isProject) {
    const { root } = await findWorkspace(cwd, markers)
    return { layer: 'project', file: join(root, '.codex', 'config.toml') }
  }
  if (profile !== undefined) return { layer: 'profile', file: profileFile(codexHome, profile) }
  const file = await userConfigFile(codexHome)
  return { layer: basename(file) === 'kernel.toml' ? 'kernel' : 'user', file }
}

/** The error for a key that has no value: with what is in force all the same, or what the key is for; where the schema does not know it, with the nearest ones. */
export function unsetKey(path: readonly string[], setKeys: readonly string[], inForce?: string): CodexError {
  const key = tomlKey(path)
  // A text may be of the wrong type, and is no unknown key for that.
  if (layerProblems(nestedTable(path, '')).unknown.length === 0) {
    const description = fieldFacts(path)?.description
    return new CodexError('config.invalid', `${key} is not set`, {
      hint: inForce ?? description ?? `Set it: codex config set ${key} VALUE`,
    })
  }
  const known = [...new Set([...knownKeys(), ...setKeys])]
  const nearest = nearestNames(key, known)
  return new CodexError('config.invalid', `There is no configuration key ${key}`, {
    hint: nearest.length > 0 ? `Did you mean ${nearest.join(', ')}?` : 'docs/reference/config.md lists all keys.',
  })
}
