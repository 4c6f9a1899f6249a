import {
  type AgentDefinition,
  agentSchema,
  type DefinitionFile,
  defineDefinitionKind,
  diagnosticsFromZod,
  type ParsedDefinition,
} from '../plugin-api/index.ts'
import { convertRole } from './convert-role.ts'
import { parseTomlDefinition } from './parse-toml-definition.ts'

/** TOML files: an `[agent]` table and what belongs to it, or a flat role file as Codex has them. */
export const agentKind = defineDefinitionKind<AgentDefinition>({
  id: 'agent',
  parse: (file) => [parseAgent(file)],
})

function parseAgent(definitionFile: DefinitionFile): ParsedDefinition<AgentDefinition> {
  const { file } = definitionFile
  const toml = parseTomlDefinition(definitionFile, 'agent.toml')
  if ('problem' in toml) return { diagnostics: [toml.problem] }

  if (!('agent' in toml.value) && ('developer_instructions' in toml.value || 'name' in toml.value)) {
    return convertRole(toml.value, { file, locate: toml.locate })
  }
  const parsed = agentSchema.safeParse(toml.value)
  if (!parsed.success) {
    return { diagnostics: diagnosticsFromZod(parsed.error, { file, code: 'agent.schema', locate: toml.locate }) }
  }
  if (parsed.data.prompt === undefined && parsed.data.playbook === undefined) {
    return {
      diagnostics: [
        {
          severity: 'error',
          code: 'agent.schema',
          message: 'The agent has nothing to go by: neither a prompt nor a playbook',
          file,
          ...(toml.locate(['agent']) ?? {}),
          field: 'prompt',
          hint: 'Add a [prompt] table with `system = "..."`.',
        },
      ],
    }
  }
  return { id: parsed.data.agent.id, value: parsed.data }
}
