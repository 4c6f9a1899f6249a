import { findAgent } from '../agents/index.ts'
import { nearestNames } from '../definitions/index.ts'
import { CodexError } from '../plugin-api/errors.ts'
import type { AgentDefinition, CommandDefinition, Definition, ThreadRequest } from '../plugin-api/index.ts'
import { parseInput } from '../prompt/parse-input.ts'
import { splitArguments } from '../prompt/split-arguments.ts'
import type { DefinitionStore } from './definition-store.ts'

/** What a prompt turned out to ask for, before anything is expanded. */
export interface ResolvedInput {
  readonly text: string
  readonly command?: { readonly definition: Definition<CommandDefinition>; readonly argv: readonly string[] }
  readonly agent?: Definition<AgentDefinition>
}

/**
 * Finds the command and the agent that an input names. With `lenientInput`, what does not exist is plain text.
 *
 * @throws CodexError `usage.unknown_command`, `usage.unknown_agent`, `agents.disabled`, `command.arguments`
 */
export async function resolveInput(
  request: Pick<ThreadRequest, 'input' | 'argv' | 'agent' | 'lenientInput'>,
  store: DefinitionStore,
  agentsEnabled: boolean,
): Promise<ResolvedInput> {
  const named = request.agent === undefined ? undefined : await agentNamed(request.agent, store, agentsEnabled)
  const input = parseInput(request.input)
  if (input.type === 'agent' && !named) {
    const agents = (await store.agents()).effective
    const exists = agents.some(({ id, value }) => id === input.id || value.agent.aliases.includes(input.id))
    if (!exists && request.lenientInput) return { text: request.input }
    return { text: input.rest, agent: await agentNamed(input.id, store, agentsEnabled) }
  }
  if (input.type !== 'command') return { text: request.input, ...(named && { agent: named }) }

  const definition = (await store.commands()).effective.find((command) => command.id === input.name)
  if (!definition) {
    if (request.lenientInput) return { text: request.input, ...(named && { agent: named }) }
    throw await unknownCommand(input.name, store)
  }
  const agent =
    named ??
    (definition.value.agent === undefined ? undefined : await agentNamed(definition.value.agent, store, agentsEnabled))
  const argv = request.argv ?? splitArguments(input.rest)
  return { text: request.input, command: { definition, argv }, ...(agent && { agent }) }
}

/** @throws CodexError `usage.unknown_command` always: with the nearest names */
export async function unknownCommand(name: string, store: DefinitionStore): Promise<CodexError> {
  const names = (await store.commandEntries()).map((command) => command.id)
  const nearest = nearestNames(name, names).map((each) => `/${each}`)
  const offer = nearest.length > 0 ? `Did you mean ${nearest.join(' or ')}? ` : ''
  return new CodexError('usage.unknown_command', `There is no command /${name}`, {
    hint: `${offer}List them: codex /commands`,
  })
}

async function agentNamed(
  id: string,
  store: DefinitionStore,
  agentsEnabled: boolean,
): Promise<Definition<AgentDefinition>> {
  if (!agentsEnabled) {
    throw new CodexError('agents.disabled', `Agents are turned off, so "${id}" cannot run`, {
      hint: 'Set agents.enabled = true in config.toml, and unset CODEX_DISABLE_AGENTS.',
    })
  }
  return findAgent(id, (await store.agents()).effective)
}
