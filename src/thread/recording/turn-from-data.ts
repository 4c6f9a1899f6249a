import { agentSchema, type ModelRequest } from '../../plugin-api/index.ts'
import type { ConnectedModel, Turn } from '../turn.ts'
import type { RecordedModel, RecordedTurnLine } from './recording-lines.ts'

/** What a recorded turn followed, but who answers it. */
export function turnFromData(line: RecordedTurnLine): Omit<Turn, 'threadId' | 'turnId' | 'cwd' | 'stages'> {
  const { settings } = line
  const loops = settings.loop_limits
  const agent = line.agent_definition && agentSchema.safeParse(line.agent_definition).data
  return {
    history: line.history,
    input: line.input,
    task: { prompt: line.prompt, paths: line.paths },
    usageBefore: line.usage_before,
    ...(agent && { agent }),
    ...(settings.output_schema && { outputSchema: settings.output_schema }),
    ...(settings.service_tier !== undefined && { serviceTier: settings.service_tier }),
    ...(settings.web_search && { webSearch: settings.web_search }),
    ...(settings.show_raw_reasoning !== undefined && { showRawReasoning: settings.show_raw_reasoning }),
    ...(settings.max_iterations !== undefined && { maxIterations: settings.max_iterations }),
    ...(loops && {
      loopLimits: {
        hintAfter: loops.hint_after,
        stopAfter: loops.stop_after,
        pollingStopAfter: loops.polling_stop_after,
      },
    }),
    ...(settings.compact_at_tokens !== undefined && { compactAtTokens: settings.compact_at_tokens }),
    ...(settings.compaction && { compaction: settings.compaction }),
    ...(settings.compact_prompt !== undefined && { compactPrompt: settings.compact_prompt }),
  }
}

/** How a recorded model was asked, to be asked so again. */
export function modelFromData(model: RecordedModel): Omit<ConnectedModel, 'provider' | 'context'> {
  const { effort, summary } = model.reasoning ?? {}
  const reasoning: ModelRequest['reasoning'] = {
    ...(effort !== undefined && { effort }),
    ...(summary !== undefined && { summary }),
  }
  return {
    model: model.model,
    modelInfo: model.info,
    freeformTools: model.freeform_tools,
    ...(model.reasoning && { reasoning }),
    ...(model.verbosity !== undefined && { verbosity: model.verbosity }),
  }
}
