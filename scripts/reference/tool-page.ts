import { z } from 'zod'
import { inputSchemaOf } from '../../src/tools/input-schema.ts'
import { isFreeform } from '../../src/tools/tool-spec.ts'
import { type ProgramTool, programTools } from '../program-tools.ts'
import { fieldsOf, type JsonSchema } from './schema-page.ts'

/** Every tool that comes with the program: what a model is told, its arguments, and what playbooks get. */
export async function toolPage(root: string): Promise<string> {
  const tools = await programTools(root)
  const sections = await Promise.all(tools.map(section))
  return `# Tools

The tools of the plugins that come with the program, as a model sees them. [Tools](../tools.md) explains those of core-tools.

${sections.join('\n')}`
}

async function section({ id, plugin, tool }: ProgramTool): Promise<string> {
  const effects = tool.effects.length === 0 ? 'none' : tool.effects.join(', ')
  const input = isFreeform(tool)
    ? 'A text in the grammar of the tool.\n'
    : table(
        z.toJSONSchema(await inputSchemaOf(tool), {
          io: 'input',
          reused: 'inline',
          unrepresentable: 'any',
        }) as JsonSchema,
      ) // what toJSONSchema writes
  const schema = tool.outputSchema ?? tool.makeOutputSchema?.(z)
  const output = schema
    ? `\nAs data, for playbooks:\n\n${table(z.toJSONSchema(schema, { io: 'output', reused: 'inline' }) as JsonSchema)}` // the same
    : ''
  return `## ${id}\n\nPlugin: ${plugin}. Effects: ${effects}.\n\n${tool.description.includes('\n') ? `\`\`\`text\n${tool.description}\n\`\`\`` : cell(tool.description)}\n\n${input}${output}`
}

function table(schema: JsonSchema): string {
  const kinds = schema.anyOf ?? [schema]
  return kinds
    .map((kind) => {
      const rows = fieldsOf(kind).map(
        ({ path, type, fallback, meaning }) => `| \`${path}\` | ${cell(type)} | ${cell(fallback)} | ${cell(meaning)} |`,
      )
      const title = kind !== schema && kind.description ? `${kind.description}\n\n` : ''
      return rows.length === 0
        ? 'No arguments.\n'
        : `${title}| field | type | default | meaning |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`
    })
    .join('\n')
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ').replaceAll('<', '&lt;')
}
