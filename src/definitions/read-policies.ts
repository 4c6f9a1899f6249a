import { formatDiagnostic } from '../plugin-api/diagnostic.ts'
import { CodexError } from '../plugin-api/errors.ts'
import type { Definition, ParsedDefinition, PolicyDefinition } from '../plugin-api/index.ts'
import type { LazyKind } from './load-definitions.ts'
import { parseFile } from './parse-file.ts'
import { policyKind } from './parse-policy.ts'

type Verify = LazyKind<PolicyDefinition>['verify']

/**
 * The policies of files that a person named, `.rules` or TOML. Paths are absolute.
 *
 * @param verify what those who judge commands say of a parsed file; absent: nothing
 * @throws CodexError `definition.invalid` for the first file that cannot be read or is wrong, with the first place in it
 */
export async function readPolicies(
  files: readonly string[],
  verify?: Verify,
): Promise<readonly Definition<PolicyDefinition>[]> {
  return await Promise.all(files.map((file) => readPolicy(file, verify)))
}

async function readPolicy(file: string, verify: Verify): Promise<Definition<PolicyDefinition>> {
  const [read] = await parseFile(policyKind, file, { asJson: false })
  const own = read as ParsedDefinition<PolicyDefinition> | undefined // the kind's own parser gave it
  const parsed = own && verify ? await verify(own, file) : own
  if (parsed?.id !== undefined) {
    const { value } = parsed
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
