import { provider } from '../../plugins/provider-playbook/src/provider.ts'
import {
  type AgentDefinition,
  type HistoryItem,
  type ModelEvent,
  type ModelRequest,
  playbookSchema,
} from '../../src/plugin-api/index.ts'
import { collect } from './collect.ts'
import { modelRequest, providerContext } from './provider-context.ts'

export interface StepOutput {
  readonly text?: string
  readonly structured?: unknown
  readonly failed?: boolean
  readonly summary?: string
}

export const userMessage: HistoryItem = {
  type: 'message',
  role: 'user',
  content: [{ type: 'input_text', text: 'audit src' }],
}

export function requestFor(playbook: unknown, more: Partial<ModelRequest> = {}): ModelRequest {
  const agent: AgentDefinition = {
    agent: { id: 'auditor', name: 'Auditor', description: 'Audits.', aliases: [] },
    playbook: playbookSchema.parse(playbook),
  }
  return modelRequest({ agent, input: [userMessage], task: { prompt: 'audit src', paths: ['src'] }, ...more })
}

export function answer(request: ModelRequest): Promise<ModelEvent[]> {
  return collect(provider.stream(request, providerContext(), new AbortController().signal))
}

/** Runs a playbook as the turn loop does: what each tool gives is said by `outputs`, by tool, or worked out from its arguments. */
export async function runPlaybook(
  playbook: unknown,
  outputs: Readonly<Record<string, StepOutput | ((given: unknown) => StepOutput)>> = {},
) {
  const request = requestFor(playbook)
  const input = [...request.input]
  const answers: { readonly tool: string; readonly arguments: unknown }[][] = []
  const notices: string[] = []
  for (;;) {
    const events = await answer({ ...request, input: [...input] })
    notices.push(...events.flatMap((event) => (event.type === 'notice' ? [event.message] : [])))
    const items = events.flatMap((event) => (event.type === 'item' ? [event.item] : []))
    input.push(...items)
    const calls = items.filter((item) => item.type === 'function_call')
    const [last] = items
    if (calls.length === 0) {
      const report =
        last?.type === 'message' ? last.content.map((part) => ('text' in part ? part.text : '')).join('') : ''
      return { answers, notices, report, usage: events.at(-1) }
    }
    const given = calls.map((call) => ({ tool: call.name, arguments: JSON.parse(call.arguments) as unknown })) // any JSON
    answers.push(given)
    for (const [index, call] of calls.entries()) {
      const output = outputs[call.name] ?? {}
      const { text = 'done', ...rest } = typeof output === 'function' ? output(given[index]?.arguments) : output
      input.push({ type: 'function_call_output', call_id: call.call_id, output: text, ...rest })
    }
  }
}
