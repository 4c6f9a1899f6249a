import type { DefinitionKind } from '../plugin-api/index.ts'

/** A kind that a plugin brings, as the program asks it: where its syntax is TOML, the text is read here. Few kinds are; the others import nothing. */
export async function openPluginKind<T>(kind: DefinitionKind<T>): Promise<DefinitionKind<T>> {
  if (kind.syntax !== 'toml') return kind
  const { parseTomlDefinition } = await import('./parse-toml-definition.ts')
  return {
    ...kind,
    parse(file) {
      const toml = parseTomlDefinition(file, `${kind.id}.toml`)
      return 'problem' in toml ? [{ diagnostics: [toml.problem] }] : kind.parse({ ...file, toml })
    },
  }
}
