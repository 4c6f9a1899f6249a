import { findAgent } from '../agents/index.ts'
import { brokenDefinition } from '../definitions/broken-definition.ts'
import { nearestNames } from '../kernel/nearest-names.ts'
import { CodexError } from '../plugin-api/errors.ts'
import type { AgentDefinition, CommandDefinition, Definition, ThreadRequest } from '../plugin-api/index.ts'
import { parseInput } from '../prompt/parse-input.ts'
import { splitArguments } from '../prompt/split-arguments.ts'
import type { DefinitionStore } from './definition-store.ts'

/** What a prompt turned out to ask for, before anything is expanded. */
export interface ResolvedInput {
  readonly text: string
  readonly command?: { readonly definition: Definition<CommandDefinition>; readonly argv: readonly string[] }
  /** A prompt that a source keeps, where no file has its name. */
  readonly prompt?: { readonly name: string; readonly argv: readonly string[] }
  readonly agent?: Definition<AgentDefinition>
}

/**
 * Finds the command and the agent that an input names. With `lenientInput`, what does not exist is plain text; a file that
 * did not load exists.
 *
 * @throws CodexError `usage.unknown_command`, `usage.unknown_agent`, `agents.disabled`, `definition.invalid`
 */
export async function resolveInput(
  request: Pick<ThreadRequest, 'input' | 'argv' | 'agent' | 'lenientInput'>,
  store: DefinitionStore,
  agentsEnabled: boolean,
  isSourcePrompt: (name: string) => boolean = () => false,
): Promise<ResolvedInput> {
  const named = request.agent === undefined ? undefined : await agentNamed(request.agent, store, agentsEnabled)
  const input = parseInput(request.input)
  if (input.type === 'agent' && !named) {
    const { effective, diagnostics } = await store.agents()
    const exists =
      effective.some(({ id, value }) => id === input.id || value.agent.aliases.includes(input.id)) ||
      brokenDefinition(input.id, diagnostics) !== undefined
    if (!exists && request.lenientInput) return { text: request.input }
    return { text: input.rest, agent: await agentNamed(input.id, store, agentsEnabled) }
  }
  if (input.type !== 'command') return { text: request.input, ...(named && { agent: named }) }

  const { effective, diagnostics } = await store.commands()
  const definition = effective.find((command) => command.id === input.name)
  if (!definition && isSourcePrompt(input.name)) {
    const argv = request.argv ?? splitArguments(input.rest)
    return { text: request.input, prompt: { name: input.name, argv }, ...(named && { agent: named }) }
  }
  if (!definition) {
    if (request.lenientInput) await assertOneThread(input.name, store)
    if (request.lenientInput && !brokenDefinition(input.name, diagnostics))
      return { text: request.input, ...(named && { agent: named }) }
    throw await unknownCommand(input.name, store)
  }
  const agent =
    named ??
    (definition.value.agent === undefined ? undefined : await agentNamed(definition.value.agent, store, agentsEnabled))
  const argv = request.argv ?? wordsOf(definition.value, input.rest)
  return { text: request.input, command: { definition, argv }, ...(agent && { agent }) }
}

/** The same for a text that no person wrote: nothing in it names anything. @throws CodexError as `resolveInput` for the agent */
export async function plainInput(
  { input, agent }: Pick<ThreadRequest, 'input' | 'agent'>,
  store: DefinitionStore,
  agentsEnabled: boolean,
): Promise<ResolvedInput> {
  const named = agent === undefined ? undefined : await agentNamed(agent, store, agentsEnabled)
  return { text: input, ...(named && { agent: named }) }
}

/** A command that gives a run has no place in the stream of one thread. @throws CodexError `usage.arguments` */
async function assertOneThread(name: string, store: DefinitionStore): Promise<void> {
  const entry = (await store.commandEntries()).find(({ id }) => id === name)
  if (entry?.value.gives !== 'run') return
  throw new CodexError(
    'usage.arguments',
    `/${name} runs several agents, and codex exec writes the stream of one thread`,
    {
      hint: 'Its events, one a line: codex supervisor "GOAL" --json',
    },
  )
}

/** A command that takes one text takes it as it was typed: an apostrophe in it opens no quote, and a dash no option. */
function wordsOf({ args }: CommandDefinition, rest: string): readonly string[] {
  if (args[0]?.type !== 'text') return splitArguments(rest)
  return rest.trim() === '' ? [] : ['--', rest.trim()]
}

/** The error for a command that is not there: its file or module did not load, or the nearest names. */
export async function unknownCommand(name: string, store: DefinitionStore): Promise<Error> {
  const broken = brokenDefinition(name, (await store.commands()).diagnostics) ?? (await store.handlerFailure(name))
  if (broken) return broken
  const names = (await store.commandEntries()).map((command) => command.id)
  const nearest = nearestNames(name, names).map((each) => `/${each}`)
  const offer = nearest.length > 0 ? `Did you mean ${nearest.join(' or ')}? ` : ''
  return new CodexError('usage.unknown_command', `There is no command /${name}`, {
    hint: `${offer}List them: codex commands list`,
  })
}

/** The agent of an id or alias. @throws CodexError `usage.unknown_agent`, `agents.disabled`, `definition.invalid` */
export async function agentNamed(
  id: string,
  store: DefinitionStore,
  agentsEnabled: boolean,
): Promise<Definition<AgentDefinition>> {
  if (!agentsEnabled) {
    throw new CodexError('agents.disabled', `Agents are turned off, so "${id}" cannot run`, {
      hint: 'Set agents.enabled = true in config.toml, and unset CODEX_DISABLE_AGENTS.',
    })
  }
  const { effective, diagnostics } = await store.agents()
  try {
    return findAgent(id, effective)
  } catch (error) {
    throw brokenDefinition(id, diagnostics) ?? error
  }
}
