import { dirname, join, resolve } from 'node:path'
import type { Env } from '../config/codex-home.ts'
import { placeOfKey } from '../config/place-of-key.ts'
import type { AgentDefinition } from '../plugin-api/agent.ts'
import type { ApprovalPolicy } from '../plugin-api/events.ts'
import type { HistoryItem } from '../plugin-api/history.ts'
import type { Definition } from '../plugin-api/origin.ts'
import type { SkillDefinition } from '../plugin-api/skill.ts'
import type { NamedFile } from '../prompt/base-instructions.ts'
import { environmentContext } from '../prompt/environment-context.ts'
import { loadInstructions } from '../prompt/load-instructions.ts'
import { listSkills, mentionedSkills, skillMessage } from '../prompt/skills.ts'
import { loginShell } from '../sandbox/login-shell.ts'
import type { Gate } from '../security/gate.ts'
import { defaultAgentId } from './activate-agent.ts'
import type { Kernel } from './load-kernel.ts'
import { promptMessage } from './prompt-message.ts'
import { noInstructions, noSkills, toldBefore } from './told-before.ts'

export interface TurnInputRequest {
  readonly prompt: string
  /** As the history has it. Absent: a message of its words. */
  readonly promptItem?: HistoryItem | undefined
  /** Who wrote it: a person alone mentions skills. */
  readonly author: 'person' | 'model'
  /** Paths that the task was given apart from its text; named behind it. */
  readonly givenPaths: readonly string[]
  /** Paths of images to show with the prompt. */
  readonly images: readonly string[]
  /** Absent: the agent has no prompt of its own. */
  readonly agent: Definition<AgentDefinition> | undefined
  /** Prompt of the agent that takes what no other does, for agents without one. */
  readonly defaultPrompt: string
  readonly skills: readonly Definition<SkillDefinition>[]
  /** True: the agent's prompt and the task are all that is told. */
  readonly isAlone: boolean
  /** What hooks add. */
  readonly contexts: readonly string[]
  readonly profile: string
  readonly approvalPolicy: ApprovalPolicy
  /** Of a thread that goes on; absent: it begins now. */
  readonly history?: readonly HistoryItem[]
}

/** What a part of the first messages is: shown with its size by `--dry-run`. */
export type PromptPart = 'base prompt' | 'developer' | 'AGENTS.md' | 'environment' | 'skills' | 'prompt'

export interface TurnInput {
  readonly items: readonly HistoryItem[]
  /** The texts that are in the items, by what they are. */
  readonly parts: readonly { readonly part: PromptPart; readonly text: string }[]
  /** What was cut or may not be read: warnings, a sentence each. */
  readonly notes: readonly string[]
}

/**
 * What a turn adds to the history. A thread begins with the agent's prompt, developer messages, then one user message of
 * AGENTS.md and the surroundings: what changes least stands first, as prompt caches want it. The prompt is last.
 * A thread that goes on is told only what is not as it was told before: of AGENTS.md, of the surroundings, and the agent's prompt where another
 * agent, or the real Codex, has had the thread.
 *
 * @throws CodexError `config.invalid` for a `model_instructions_file` that cannot be used; the abort reason
 */
export async function turnInput(
  request: TurnInputRequest,
  deps: { readonly kernel: Kernel; readonly gate: Gate },
  signal: AbortSignal,
): Promise<TurnInput> {
  if (request.isAlone) return await promptAlone(request, deps, signal)
  const { kernel, gate } = deps
  const { options, loaded, codexHome, places } = kernel
  const { config } = loaded
  const instructions = await loadInstructions(
    {
      codexHome,
      projectRoot: places.workspaceRoot,
      cwd: options.cwd,
      fallbackNames: config.project_doc_fallback_filenames,
      maxBytes: config.project_doc_max_bytes,
    },
    deps,
    signal,
  )
  const environment = environmentContext({
    ...{ cwd: options.cwd, shell: loginShell(options.env), now: options.now(), homeDir: options.homeDir },
    ...{ securityProfile: request.profile, approvalPolicy: request.approvalPolicy, permissions: gate.permissions },
  })
  const isNew = request.history === undefined
  const skills = listSkills(request.skills)
  const told = toldBefore(request.history ?? [])
  const base = await basePrompt(request, deps, signal)
  const parts: TurnInput['parts'] = [
    ...(told.developer.has(base) ? [] : ([{ part: 'base prompt', text: base }] as const)),
    ...[...(isNew ? [config.instructions, config.developer_instructions] : []), ...request.contexts].flatMap((text) =>
      text ? ([{ part: 'developer', text }] as const) : [],
    ),
    ...changed('skills', skills.text, told.skills, noSkills),
    ...changed('AGENTS.md', instructions.text, told.instructions, noInstructions),
    ...(environment === told.environment ? [] : ([{ part: 'environment', text: environment }] as const)),
  ]
  const surroundings = parts.filter(({ part }) => part === 'AGENTS.md' || part === 'environment')
  const { message: ofWords, notes } = await promptMessage(request, { cwd: options.cwd, gate }, signal)
  const prompt = request.promptItem ?? ofWords
  const isTyped = request.author === 'person'
  const mentioned = isTyped ? mentionedSkills(request.prompt, request.skills).map(skillMessage) : []
  const unknown = isTyped ? await unknownSkillNotes(request, options.env) : []
  const items = [
    ...parts.filter((each) => !surroundings.includes(each)).map(({ text }) => message('developer', text)),
    ...(surroundings.length > 0 ? [message('user', surroundings.map(({ text }) => text).join('\n\n'))] : []),
    ...mentioned.map((text) => message('user', text)),
    prompt,
  ]
  return {
    items,
    parts: [
      ...parts,
      ...mentioned.map((text) => ({ part: 'skills', text }) as const),
      { part: 'prompt', text: textOf(prompt) },
    ],
    notes: [...instructions.notes, ...skills.notes, ...unknown, ...notes],
  }
}

/** For a thread that judges what others wrote: nothing of theirs but what stands in the prompt. */
async function promptAlone(
  request: TurnInputRequest,
  deps: { readonly kernel: Kernel; readonly gate: Gate },
  signal: AbortSignal,
): Promise<TurnInput> {
  const base = await basePrompt(request, deps, signal)
  const { message: prompt, notes } = await promptMessage(
    request,
    { cwd: deps.kernel.options.cwd, gate: deps.gate },
    signal,
  )
  const parts: TurnInput['parts'] = [
    { part: 'base prompt', text: base },
    { part: 'prompt', text: textOf(prompt) },
  ]
  return { items: [message('developer', base), prompt], parts, notes }
}

/** Few prompts hold a dollar sign. */
async function unknownSkillNotes({ prompt, skills }: TurnInputRequest, env: Env): Promise<readonly string[]> {
  if (skills.length === 0 || !prompt.includes('$')) return []
  return await (await import('../prompt/unknown-skills.ts')).unknownSkills(prompt, skills, env)
}

/** What is to be told where it is not as it was told before; `gone` where there is nothing any more. */
function changed(
  part: PromptPart,
  now: string | undefined,
  told: string | undefined,
  gone: string,
): TurnInput['parts'] {
  const text = now ?? (told === undefined ? undefined : gone)
  return text === undefined || text === told ? [] : [{ part, text }]
}

/** The prompt of an agent that was chosen, else the file that the configuration names, else the built-in one. */
async function basePrompt(
  { agent, defaultPrompt }: TurnInputRequest,
  { kernel, gate }: { readonly kernel: Kernel; readonly gate: Gate },
  signal: AbortSignal,
): Promise<string> {
  const own = agent?.value.prompt?.system
  const named =
    agent === undefined || agent.id === defaultAgentId || own === undefined ? instructionsFile(kernel) : undefined
  if (named === undefined) return (own ?? defaultPrompt).trim()
  const { readBaseInstructions } = await import('../prompt/base-instructions.ts')
  return await readBaseInstructions(named, { gate }, signal)
}

/** A relative path counts from the file that says it, or from the working directory where no file does. */
function instructionsFile({ loaded, options }: Kernel): NamedFile | undefined {
  const named = loaded.config.model_instructions_file
  if (named === undefined) return undefined
  const location = placeOfKey(['model_instructions_file'], loaded.layers)
  const base = location === undefined ? options.cwd : dirname(location.file)
  const file = named.startsWith('~/') ? join(options.homeDir, named.slice(2)) : resolve(base, named)
  return { file, location }
}

function message(role: 'developer' | 'user', text: string): HistoryItem {
  return { type: 'message', role, content: [{ type: 'input_text', text }] }
}

function textOf(item: HistoryItem): string {
  if (item.type !== 'message') return ''
  return item.content.map((part) => ('text' in part ? part.text : '')).join('')
}
