import { nearestNames } from '../kernel/nearest-names.ts'
import { toolsNamed } from '../kernel/tool-aliases.ts'
import { isCodexError } from '../plugin-api/errors.ts'
import type {
  AgentDefinition,
  CommandDefinition,
  Definition,
  DefinitionReference,
  Diagnostic,
  Locate,
  ProfileDefinition,
} from '../plugin-api/index.ts'
import { argumentProblems, type ToolInput } from './lint-playbook-arguments.ts'
import { resolveProfile } from './resolve-profile.ts'

/** What the files of a run may name. */
export interface KnownNames {
  readonly agents: readonly Definition<AgentDefinition>[]
  readonly profiles: readonly Definition<ProfileDefinition>[]
  readonly tools: readonly string[]
  /** What tools take, as far as it is known without loading them. */
  readonly toolInputs: ReadonlyMap<string, ToolInput>
  /** False where the agent's own permissions leave a tool out. */
  readonly mayUse: (agent: AgentDefinition, tool: string) => boolean
}

type Path = readonly (string | number)[]
type Report = (severity: 'error' | 'warning', code: string, path: Path, message: string, hint?: string) => void

/** What a command names and nothing has: its agent, its profile, its tools. */
export function lintCommandNames(command: CommandDefinition, known: KnownNames, report: Report): void {
  const { agent, profile, allowed_tools: tools = [] } = command
  const names = agentNames(known.agents)
  if (agent !== undefined && !names.includes(agent)) {
    report('error', 'command.reference', ['agent'], `No agent is called "${agent}"`, offer(agent, names))
  }
  const profiles = [...known.profiles.map(({ id }) => plainId(id)), 'workspace']
  if (profile !== undefined && !profiles.includes(profile)) {
    report('error', 'command.reference', ['profile'], `No profile is called "${profile}"`, offer(profile, profiles))
  }
  tools.forEach((tool, index) => {
    if (tool.includes('*') || isTool(tool, known)) return
    report(
      'warning',
      'command.reference',
      ['allowed_tools', index],
      `No tool is called "${tool}"`,
      offer(tool, known.tools),
    )
  })
}

/** A tool, or a name under which files speak of some. */
function isTool(name: string, known: KnownNames): boolean {
  return toolsNamed(name).some((tool) => known.tools.includes(tool))
}

/** What an agent names and nothing has, aliases that another agent has too, and globs of files that no path can match. */
export function lintAgentNames(definition: AgentDefinition, file: string, known: KnownNames, report: Report): void {
  const { agent, permissions, playbook, activation } = definition
  const others = known.agents.filter(({ id, origin }) => plainId(id) !== agent.id && origin.file !== file)
  agent.aliases.forEach((alias, index) => {
    const other = others.find(({ id, value }) => id === alias || value.agent.aliases.includes(alias))
    if (!other) return
    const message = `"${alias}" is ${other.id === alias ? 'the id' : 'an alias'} of another agent, ${other.origin.file}`
    report('warning', 'agent.alias', ['agent', 'aliases', index], message, 'Give one of them another alias.')
  })
  playbook?.steps.forEach(({ tool, capability }, index) => {
    if (capability !== undefined) return // found out when the step runs
    const path = ['playbook', 'steps', index, 'tool']
    if (known.tools.includes(tool)) {
      if (known.mayUse(definition, tool)) return
      const message = `The agent may not use ${tool}, so this step cannot work`
      report('error', 'agent.reference', path, message, `Add ${tool} = true to [permissions.allowed_tools].`)
      return
    }
    report('error', 'agent.reference', path, `No tool is called "${tool}"`, offer(tool, known.tools))
  })
  for (const { path, message, hint } of playbook ? argumentProblems(playbook, known.toolInputs) : []) {
    report('error', 'agent.arguments', path, message, hint)
  }
  for (const tool of Object.keys(permissions?.allowed_tools ?? {})) {
    const nearest = isTool(tool, known) ? [] : nearestNames(tool, known.tools)
    if (nearest.length === 0) continue // a program, as the schema says
    const message = `"${tool}" is no tool, so it is taken as a program`
    report('warning', 'agent.reference', ['permissions', 'allowed_tools', tool], message, `Did you mean ${nearest[0]}?`)
  }
  const delegates = permissions?.can_delegate
  const names = [agent.id, ...agentNames(known.agents)]
  for (const [index, name] of Array.isArray(delegates) ? delegates.entries() : []) {
    if (name.includes('*') || names.includes(name)) continue
    const path = ['permissions', 'can_delegate', index]
    report('warning', 'agent.reference', path, `No agent is called "${name}"`, offer(name, names))
  }
  activation?.file_patterns.forEach((glob, index) => {
    const problem = globProblem(glob)
    if (problem === undefined) return
    report(
      'warning',
      'agent.activation',
      ['activation', 'file_patterns', index],
      `"${glob}" matches no file: ${problem}`,
    )
  })
}

/** A profile that extends one that is not there, or itself by way of others; and tools that nothing brings. */
export function lintProfileBase(profile: Definition<ProfileDefinition>, known: KnownNames, report: Report): void {
  // A repository's profile and the one that it narrows may have the same id.
  const others = known.profiles.filter(({ id, origin }) => id !== profile.id || origin.layer !== profile.origin.layer)
  try {
    resolveProfile(profile.id, [...others, profile])
  } catch (error) {
    if (!isCodexError(error)) throw error
    report('error', 'profile.extends', ['extends'], error.message, error.hint)
  }
  for (const part of ['allow', 'ask', 'deny'] as const) {
    for (const [index, tool] of (profile.value.tools?.[part] ?? []).entries()) {
      if (tool.includes('*') || tool.startsWith('mcp__') || isTool(tool, known)) continue
      const path = ['tools', part, index]
      report('warning', 'profile.reference', path, `No tool is called "${tool}"`, offer(tool, known.tools))
    }
  }
}

/** The names in a definition of a plugin's kind that nothing has. */
export function lintReferences(
  kind: string,
  references: readonly DefinitionReference[],
  known: KnownNames,
  report: Report,
): void {
  const names = agentNames(known.agents)
  for (const { name, path, severity = 'error' } of references) {
    if (names.includes(name)) continue
    report(severity, `${kind}.reference`, path, `No agent is called "${name}"`, offer(name, names))
  }
}

/** Reports into a list, each with its place. */
export function reportInto(found: Diagnostic[], file: string, locate: Locate): Report {
  return (severity, code, path, message, hint) => {
    const field = path.join('.')
    found.push({ severity, code, message, file, ...(locate(path) ?? {}), field, ...(hint !== undefined && { hint }) })
  }
}

function agentNames(agents: KnownNames['agents']): readonly string[] {
  return agents.flatMap(({ id, value }) => [plainId(id), ...value.agent.aliases])
}

function offer(name: string, known: readonly string[]): string {
  const nearest = nearestNames(name, known)
  return nearest.length > 0 ? `Did you mean ${nearest.join(' or ')}?` : `There are: ${known.join(', ')}.`
}

/** Once its repository is trusted, `project:NAME` is called NAME. */
function plainId(id: string): string {
  return id.replace(/^project:/, '')
}

/** Why no path of the workspace, relative to its root and with `/`, can match. */
function globProblem(glob: string): string | undefined {
  if (glob.trim() === '') return 'it is empty'
  if (/^(?:\/|~|[A-Za-z]:)/.test(glob)) return 'paths are relative to the workspace root'
  if (/(?:^|\/)\.\.(?:\/|$)/.test(glob)) return 'paths do not leave the workspace'
  if (/\\[^[\]{}()*?!+@\\]/.test(glob)) return 'directories are separated by /'
  const isOpen = (open: string, close: string) => glob.split(open).length !== glob.split(close).length
  if (isOpen('[', ']') || isOpen('{', '}')) return 'a bracket is not closed'
  return undefined
}
