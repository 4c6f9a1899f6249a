import { globSync } from 'node:fs'
import { basename } from 'node:path'
import { builtinKinds } from '../../src/definitions/builtin-kinds.ts'
import { parseFile } from '../../src/definitions/parse-file.ts'
import type { AgentDefinition, CommandDefinition, DefinitionKind } from '../../src/plugin-api/index.ts'
import { usageLine } from '../../src/prompt/usage-line.ts'

/** The slash commands that come with the program, from `builtin-commands/*.md`. */
export async function builtinCommandsPage(): Promise<string> {
  const commands = await definitionsOf<CommandDefinition>(await builtinKinds.command.open(), 'builtin-commands/*.md')
  const sections = commands.map(({ file, value }) => {
    const rows = value.args.map(
      ({ name, type, values, default: standard, description = '' }) =>
        `| \`${name}\` | ${values?.join(', ') ?? type} | ${standard === undefined ? '' : `\`${JSON.stringify(standard)}\``} | ${description} |`,
    )
    return [
      `## /${value.name}`,
      `${value.description}. [${basename(file)}](../../${file})`,
      `    codex ${usageLine(value)}`,
      rows.length > 0 && `| argument | takes | default | meaning |\n| --- | --- | --- | --- |\n${rows.join('\n')}`,
      facts({
        agent: value.agent,
        profile: value.profile,
        permissions: value.permissions?.join(', '),
        tools: value.allowed_tools?.join(', '),
      }),
    ]
      .filter(Boolean)
      .join('\n\n')
  })
  return `# Built-in commands

Each is a file that you can copy to \`$CODEX_HOME/commands\` and change: yours then hides this one. [Write a command](../write-a-command.md) says how.

${sections.join('\n\n')}
`
}

/** The agents that come with the program, from `builtin-agents/*.toml`. */
export async function builtinAgentsPage(): Promise<string> {
  const agents = await definitionsOf<AgentDefinition>(await builtinKinds.agent.open(), 'builtin-agents/*.toml')
  const sections = agents.map(({ file, value: { agent, activation, permissions, playbook } }) => {
    const tools = Object.entries(permissions?.allowed_tools ?? {}).flatMap(([tool, allowed]) => (allowed ? tool : []))
    return [
      `## ${agent.id}`,
      `${agent.description ?? agent.name}. [${basename(file)}](../../${file})`,
      `    codex agent ${agent.id} "TASK" [PATHS]`,
      facts({
        aliases: agent.aliases.join(', '),
        files: permissions?.file_access,
        tools: tools.join(', '),
        'without a model': playbook ? 'its playbook runs' : undefined,
        'activates by itself': activation ? `at a score of ${activation.threshold}` : undefined,
      }),
    ]
      .filter(Boolean)
      .join('\n\n')
  })
  return `# Built-in agents

Each is a file that you can copy to \`$CODEX_HOME/agents\` and change: yours then hides this one. [Write an agent](../write-an-agent.md) says how.

${sections.join('\n\n')}
`
}

/** @throws Error where a file has diagnostics */
async function definitionsOf<T>(kind: DefinitionKind<T>, glob: string) {
  const files = globSync(glob).sort()
  const parsed = files.map(async (file) => {
    const definitions = await parseFile(kind, file, { asJson: false })
    return definitions.map((definition) => {
      if (definition.id === undefined) throw new Error(`${file} does not load`)
      return { file, value: definition.value as T } // of the kind that parsed it
    })
  })
  return (await Promise.all(parsed)).flat()
}

function facts(values: Readonly<Record<string, string | number | undefined>>): string {
  const known = Object.entries(values).filter(([, value]) => value !== undefined && value !== '')
  return known.map(([name, value]) => `- ${name}: ${value}`).join('\n')
}
