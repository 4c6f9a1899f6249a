import { extname, resolve } from 'node:path'
import type { AgentDefinition } from '../plugin-api/agent.ts'
import type { HistoryItem } from '../plugin-api/history.ts'
import type { Definition } from '../plugin-api/origin.ts'
import { loadInstructions } from '../prompt/load-instructions.ts'
import { loginShell } from '../sandbox/login-shell.ts'
import type { Gate } from '../security/gate.ts'
import { createActionScope } from '../tools/context/gated-action.ts'
import { readRealFile } from '../tools/context/read-real-file.ts'
import type { Kernel } from './load-kernel.ts'

export interface TurnInputRequest {
  readonly prompt: string
  /** Paths that the task was given apart from its text; named behind it. */
  readonly givenPaths: readonly string[]
  /** Paths of images to show with the prompt. */
  readonly images: readonly string[]
  /** Absent: the agent has no prompt of its own. */
  readonly agent: Definition<AgentDefinition> | undefined
  /** Prompt of the agent that takes what no other does, for agents without one. */
  readonly defaultPrompt: string
  /** What hooks add. */
  readonly contexts: readonly string[]
  readonly profile: string
  /** True for a thread that goes on: it has been told the rest already. */
  readonly isResumed: boolean
}

export interface TurnInput {
  readonly items: readonly HistoryItem[]
  /** What was cut or may not be read. */
  readonly notes: readonly string[]
}

/**
 * What a turn adds to the history. A thread begins with the agent's prompt, developer messages, then one user message of
 * AGENTS.md and the surroundings: what changes least stands first, as prompt caches want it. The prompt is last.
 */
export async function turnInput(
  request: TurnInputRequest,
  deps: { readonly kernel: Kernel; readonly gate: Gate },
  signal: AbortSignal,
): Promise<TurnInput> {
  const prompt = await promptMessage(request, deps, signal)
  if (request.isResumed) return { items: [...request.contexts.map(developer), prompt], notes: [] }
  const { options, loaded, codexHome, places } = deps.kernel
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
  const environment = [
    '<environment_context>',
    `  <cwd>${options.cwd}</cwd>`,
    `  <shell>${loginShell(options.env)}</shell>`,
    `  <security_profile>${request.profile}</security_profile>`,
    `  <current_date>${options.now().toISOString().slice(0, 10)}</current_date>`,
    '</environment_context>',
  ].join('\n')
  const system = request.agent?.value.prompt?.system ?? request.defaultPrompt
  const developerTexts = [config.instructions, config.developer_instructions, ...request.contexts]
  const items = [
    developer(system.trim()),
    ...developerTexts.flatMap((text) => (text ? developer(text) : [])),
    user([instructions.text, environment].filter(Boolean).join('\n\n')),
    prompt,
  ]
  return { items, notes: instructions.notes }
}

function developer(text: string): HistoryItem {
  return { type: 'message', role: 'developer', content: [{ type: 'input_text', text }] }
}

function user(text: string): HistoryItem {
  return { type: 'message', role: 'user', content: [{ type: 'input_text', text }] }
}

const imageTypes: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
}

/** The prompt and its images, in the shape that Codex sends (docs/codex-differences.md). An image that cannot be read is said in its place. */
async function promptMessage(
  { prompt, givenPaths, images }: TurnInputRequest,
  { kernel, gate }: { readonly kernel: Kernel; readonly gate: Gate },
  signal: AbortSignal,
): Promise<HistoryItem> {
  const actions = createActionScope({ gate, denied: () => undefined, signal })
  const shown = await Promise.all(
    images.map(async (path, index) => {
      const label = `<image name=[Image #${index + 1}] path="${path}">`
      try {
        const type = imageTypes[extname(path).toLowerCase()]
        if (type === undefined) throw new Error(`it is none of ${Object.keys(imageTypes).join(', ')}`)
        const bytes = await actions.perform({ kind: 'read', path: absolute(path, kernel) }, (allowed) =>
          readRealFile(allowed.path, signal),
        )
        const url = `data:${type};base64,${Buffer.from(bytes).toString('base64')}`
        return [text(label), { type: 'input_image', image_url: url, detail: 'original' } as const, text('</image>')]
      } catch (error) {
        signal.throwIfAborted()
        return [
          text(
            `Codex could not read the local image at \`${path}\`: ${error instanceof Error ? error.message : String(error)}`,
          ),
        ]
      }
    }),
  )
  const task = givenPaths.length > 0 ? `${prompt}\n\nPaths: ${givenPaths.join(', ')}` : prompt
  return { type: 'message', role: 'user', content: [...shown.flat(), text(task)] }
}

function text(value: string) {
  return { type: 'input_text', text: value } as const
}

function absolute(path: string, { options }: Kernel): string {
  return resolve(options.cwd, path)
}
