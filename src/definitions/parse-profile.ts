import {
  type DefinitionFile,
  defineDefinitionKind,
  diagnosticsFromZod,
  type ParsedDefinition,
  type ProfileDefinition,
  permissionDimensions,
  profileSchema,
} from '../plugin-api/index.ts'
import { parseTomlDefinition } from './parse-toml-definition.ts'

/** Security profiles in TOML, each as it is written. */
export const profileKind = defineDefinitionKind<ProfileDefinition>({
  id: 'profile',
  parse: (file) => [parseProfile(file)],
})

function parseProfile(definitionFile: DefinitionFile): ParsedDefinition<ProfileDefinition> {
  const { file } = definitionFile
  const toml = parseTomlDefinition(definitionFile, 'profile.toml')
  if ('problem' in toml) return { diagnostics: [toml.problem] }
  const parsed = profileSchema.safeParse(toml.value)
  if (!parsed.success) {
    return { diagnostics: diagnosticsFromZod(parsed.error, { file, code: 'profile.schema', locate: toml.locate }) }
  }
  const lines = permissionDimensions.flatMap((table) => {
    const line = parsed.data[table] === undefined ? undefined : toml.locate([table])?.line
    return line === undefined ? [] : [[table, line]]
  })
  return { id: parsed.data.id, value: { ...parsed.data, tableLines: Object.fromEntries(lines) } }
}
