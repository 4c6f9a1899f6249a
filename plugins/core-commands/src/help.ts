import { type CommandArgument, defineHandler } from 'codex-kernel/plugin-api'
import { agentHelp } from './agent-help.ts'
import { originText } from './origin-text.ts'
import { table } from './table.ts'

/** `/help [name]`: of a slash command, or of an agent. */
export const handler = defineHandler({
  metadata: {
    name: 'help',
    description: 'Explain slash commands, or one command or agent.',
    category: 'kernel',
    args: [{ name: 'name', type: 'string', required: false, description: 'Command or agent to explain' }],
  },
  async run({ name }, client) {
    if (name === undefined) return { type: 'output', text: overview, data: { text: overview } }
    const id = String(name).replace(/^[/@]/, '')
    // A slash says that a command is meant, an at sign that an agent is; a bare name may be either, a command first.
    if (String(name).startsWith('@')) return agentHelp(await client.agent(id))
    const isCommand = String(name).startsWith('/') || (await client.commands()).some((command) => command.id === id)
    const agents = isCommand ? [] : await client.agents()
    const agent = agents.find((each) => each.id === id || each.value.agent.aliases.includes(id))
    if (agent) return agentHelp(agent)
    const { value, origin } = await client.command(id)
    const usage = [`/${id}`, ...value.args.map(usageOf)].join(' ')
    const rows = value.args.map((argument) => [`  ${argument.name}`, typeOf(argument), argument.description ?? ''])
    const facts = [
      value.agent && `agent: ${value.agent}`,
      value.model && `model: ${value.model}`,
      value.profile && `profile: ${value.profile}`,
      value.permissions && `permissions: ${value.permissions.join(', ') || 'none'}`,
      value.allowed_tools && `tools: ${value.allowed_tools.join(', ') || 'none'}`,
      `from: ${originText(origin)} ${origin.file}`,
    ]
    const text = [usage, value.description, table(rows), facts.filter(Boolean).join('\n')].filter(Boolean).join('\n\n')
    return { type: 'output', text, data: { ...value, name: id, usage, origin } }
  },
})

const overview = `codex "do this"                 a prompt; the agent that fits takes it
codex /name args                a slash command: codex /commands lists them, codex help /NAME explains one
codex agent ID "do this" PATHS  one agent: codex agents list, codex help ID
codex exec "do this"            for scripts: never asks, --json prints events
codex --help                    everything else

A Markdown file in ~/.codex/commands or .codex/commands is a command: codex commands new NAME
A TOML file in ~/.codex/agents or .codex/agents is an agent: codex agents new NAME`

function usageOf(argument: CommandArgument): string {
  return argument.required ? `<${argument.name}>` : `[${argument.name}]`
}

function typeOf(argument: CommandArgument): string {
  const type = argument.values ? argument.values.join('|') : argument.type
  return argument.default === undefined ? type : `${type} (default ${JSON.stringify(argument.default)})`
}
