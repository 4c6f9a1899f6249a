import {
  CodexError,
  type HistoryItem,
  type ModelEvent,
  type ModelRequest,
  type ProviderContext,
} from 'codex-kernel/plugin-api'
import { nextCalls } from './next-calls.ts'
import { outputsOfTurn } from './outputs-of-turn.ts'
import { renderReport } from './render-report.ts'

/**
 * One answer of a playbook: the calls that are next, or the report. It keeps nothing between answers: which steps are
 * done is read from the history.
 *
 * @throws CodexError `playbook.invalid`; the abort reason
 */
export async function* carryOut(
  request: ModelRequest,
  ctx: ProviderContext,
  signal: AbortSignal,
): AsyncGenerator<ModelEvent> {
  signal.throwIfAborted()
  const agent = request.agent
  const playbook = agent?.playbook
  if (!agent || !playbook) throw noPlaybook(agent?.agent.id)
  const disclosure = `No language model was used: the playbook of ${agent.agent.name} was carried out.`
  const outputs = outputsOfTurn(request.input)
  const beginning = `No language model is used: the playbook of ${agent.agent.name} runs.`
  if (outputs.size === 0) yield { type: 'notice', message: beginning }

  const { calls, values } = await nextCalls(playbook, request.task, outputs, ctx)
  const items = calls.length > 0 ? calls : [message(`${await renderReport(playbook, values, ctx)}\n\n${disclosure}`)]
  for (const item of items) yield { type: 'item', item }
  yield { type: 'completed', usage: noUsage }
}

function message(text: string): HistoryItem {
  return { type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] }
}

function noPlaybook(agentId: string | undefined): CodexError {
  const who = agentId === undefined ? 'The default agent' : `Agent "${agentId}"`
  return new CodexError('playbook.invalid', `${who} has no [playbook]`, {
    hint: 'Name an agent that has one (codex agents list), or configure a model.',
  })
}

const noUsage = {
  input_tokens: 0,
  cached_input_tokens: 0,
  cache_write_input_tokens: 0,
  output_tokens: 0,
  reasoning_output_tokens: 0,
}
