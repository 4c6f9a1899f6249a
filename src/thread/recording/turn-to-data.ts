import type { AgentMessageItem, HistoryItem } from '../../plugin-api/index.ts'
import { sealedText, withoutSealedArguments } from '../../tools/sealed-arguments.ts'
import type { ConnectedModel, Turn, TurnStage } from '../turn.ts'
import type { RecordedModel, RecordedTurnLine } from './recording-lines.ts'

/** A turn as a recording has it: all but who its provider is connected to. */
export function turnToData(
  turn: Turn,
): Pick<
  RecordedTurnLine,
  'prompt' | 'paths' | 'stages' | 'history' | 'input' | 'usage_before' | 'settings' | 'agent_definition'
> {
  const { loopLimits: loops } = turn
  return {
    prompt: turn.task.prompt,
    paths: [...turn.task.paths],
    ...(turn.agent && { agent_definition: { ...turn.agent } }),
    stages: turn.stages.map(stageToData),
    history: turn.history.map(withoutSeal),
    input: turn.input.map(withoutSeal),
    usage_before: { ...turn.usageBefore },
    settings: {
      ...(turn.outputSchema && { output_schema: { ...turn.outputSchema } }),
      ...(turn.serviceTier !== undefined && { service_tier: turn.serviceTier }),
      ...(turn.webSearch && { web_search: turn.webSearch }),
      ...(turn.showRawReasoning !== undefined && { show_raw_reasoning: turn.showRawReasoning }),
      ...(turn.maxIterations !== undefined && { max_iterations: turn.maxIterations }),
      ...(loops && {
        loop_limits: {
          hint_after: loops.hintAfter,
          stop_after: loops.stopAfter,
          polling_stop_after: loops.pollingStopAfter,
        },
      }),
      ...(turn.compactAtTokens !== undefined && { compact_at_tokens: turn.compactAtTokens }),
      ...(turn.compaction && { compaction: { ...turn.compaction } }),
      ...(turn.compactPrompt !== undefined && { compact_prompt: turn.compactPrompt }),
    },
  }
}

function stageToData(stage: TurnStage): RecordedTurnLine['stages'][number] {
  return {
    ...modelToData(stage),
    model_free: stage.provider.modelFree === true,
    preparing: stage.preparing,
    fallbacks: (stage.fallbacks ?? []).map(({ name }) => name),
  }
}

/** A model as a recording has it. */
export function modelToData(model: ConnectedModel): RecordedModel {
  const { effort, summary } = model.reasoning ?? {}
  return {
    provider: model.context.settings.id,
    model: model.model,
    info: { ...model.modelInfo },
    freeform_tools: model.freeformTools,
    ...(model.reasoning && {
      reasoning: { ...(effort !== undefined && { effort }), ...(summary !== undefined && { summary }) },
    }),
    ...(model.verbosity !== undefined && { verbosity: model.verbosity }),
  }
}

/**
 * What a provider has sealed nobody can look through before it is handed on, and no replay needs it. Without it the server
 * that knows its id would be asked for something that it does not have.
 */
export function withoutSeal(item: HistoryItem): HistoryItem {
  if (item.type === 'function_call') return withoutSealedArguments(item)
  if (item.type === 'agent_message') return withoutSealedParts(item)
  if (item.type !== 'reasoning') return item
  const { encrypted_content: _sealed, id: _id, ...open } = item
  return open
}

function withoutSealedParts({ provider: _provider, ...item }: AgentMessageItem): AgentMessageItem {
  const content = item.content.map((part) =>
    part.type === 'encrypted_content' ? ({ type: 'input_text', text: sealedText } as const) : part,
  )
  return { ...item, content }
}
