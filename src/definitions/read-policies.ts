import { formatDiagnostic } from '../plugin-api/diagnostic.ts'
import { CodexError } from '../plugin-api/errors.ts'
import type { Definition, PolicyDefinition } from '../plugin-api/index.ts'
import { parseFile } from './parse-file.ts'
import { policyKind } from './parse-policy.ts'

/**
 * The policies of files that a person named, `.rules` or TOML. Paths are absolute.
 *
 * @throws CodexError `definition.invalid` for the first file that cannot be read or is wrong, with the first place in it
 */
export async function readPolicies(files: readonly string[]): Promise<readonly Definition<PolicyDefinition>[]> {
  return await Promise.all(files.map(readPolicy))
}

async function readPolicy(file: string): Promise<Definition<PolicyDefinition>> {
  const [parsed] = await parseFile(policyKind, file, { asJson: false })
  if (parsed?.id !== undefined) {
    const value = parsed.value as PolicyDefinition // the kind's own parser gave it
    return { kind: 'policy', id: parsed.id, value, origin: { layer: 'user', file, trusted: true }, shadows: [] }
  }
  const problem = parsed?.diagnostics.find(({ severity }) => severity === 'error')
  const { hint, ...wrong } = problem ?? {
    severity: 'error',
    code: 'policy.invalid',
    message: 'It holds no policy',
    file,
  }
  const { line, column, field } = wrong
  throw new CodexError('definition.invalid', formatDiagnostic(wrong), {
    hint: hint ?? 'Name a .rules file or a policy in TOML; codex policies new NAME makes one.',
    location: {
      file,
      ...(line !== undefined && { line }),
      ...(column !== undefined && { column }),
      ...(field !== undefined && { field }),
    },
  })
}
