import { isToolOn } from '../config/known-features.ts'
import type { Config } from '../config/schema.ts'
import type { ThreadMeta, ThreadRequest, TraceContext } from '../plugin-api/index.ts'
import type { Gate } from '../security/gate.ts'
import { decideIn } from '../security/permissions/decide-in.ts'
import { noUsage } from '../thread/no-usage.ts'
import type { ThreadRun } from '../thread/run-thread.ts'
import type { Turn } from '../thread/turn.ts'
import type { ChosenStages } from './choose-stages.ts'
import type { SecurityDeps } from './open-thread-security.ts'
import type { PlanDeps } from './plan-turn.ts'
import type { PreparedThread } from './prepare-thread.ts'
import { sourceOf } from './source-of.ts'
import type { TurnInput } from './turn-input.ts'

/** A turn as the room `thread` takes it: what is asked, under which settings, and whose thread it is. */
export function threadRun(
  prepared: PreparedThread,
  chosen: ChosenStages,
  input: TurnInput,
  request: ThreadRequest,
  {
    kernel,
    parentThreadId,
    ceiling,
    begunWith = [],
    spawned,
  }: Pick<SecurityDeps, 'kernel'> & Pick<PlanDeps, 'parentThreadId' | 'ceiling' | 'begunWith' | 'spawned'>,
): Omit<ThreadRun, 'preface' | 'rollout' | 'warnings'> {
  const { threadId, turnId, agent, resumed, security, trace, traceParent } = prepared
  const { cwd } = kernel.options
  const { config } = kernel.loaded
  const compactAt = config.model_auto_compact_token_limit
  const maxIterations = prepared.gate.permissions.limits.max_iterations
  const who = { model_provider: chosen.provider, ...(agent && { agent: agent.id }) }
  return {
    turn: {
      threadId,
      turnId,
      cwd,
      history: resumed?.record.history ?? begunWith,
      input: input.items,
      stages: chosen.stages,
      task: { prompt: prepared.prompt, paths: prepared.paths },
      usageBefore: resumed?.record.usage ?? noUsage,
      ...(resumed?.record.lastTokens !== undefined && { lastTokensBefore: resumed.record.lastTokens }),
      ...(prepared.compaction && { compaction: prepared.compaction }),
      ...(agent && { agent: agent.value }),
      ...(request.outputSchema && { outputSchema: request.outputSchema }),
      ...(maxIterations !== undefined && { maxIterations }),
      ...loopLimits(config.loop_detection),
      ...(compactAt !== undefined && { compactAtTokens: compactAt }),
      ...(config.service_tier !== undefined && { serviceTier: config.service_tier }),
      ...webSearch(config, prepared.gate),
      showRawReasoning: config.show_raw_agent_reasoning ?? false,
      ...(config.compact_prompt !== undefined && { compactPrompt: config.compact_prompt }),
    },
    context: {
      turn_id: turnId,
      cwd,
      model: chosen.model,
      approval_policy: security.approvalPolicy,
      security_profile: security.profile.id,
      ...who,
      trace_id: trace.context.traceId,
      span_id: trace.context.spanId,
      ...(traceParent && { parent_span_id: traceParent.spanId }),
      ...(isSampled(trace.context) ? {} : { trace_sampled: false }),
    },
    meta: {
      id: threadId,
      timestamp: kernel.options.now().toISOString(),
      cwd,
      ...sourceOf(kernel.options),
      ...(spawned && { spawned }),
      ...(parentThreadId !== undefined && { parent_thread_id: parentThreadId }),
      ...agentTools(config),
      // Gone on with, it may do no more than now.
      ...((parentThreadId !== undefined || ceiling !== undefined) && { ceiling: prepared.ceiling }),
      ...who,
    },
    isNew: resumed === undefined,
    redact: security.redactSaid,
  }
}

/** The last bit of the flags: whoever started the program records the trace (W3C Trace Context, section 3.2.2.5). */
function isSampled({ flags }: TraceContext): boolean {
  return (Number.parseInt(flags, 16) & 1) === 1
}

/** The tools for agents that models are offered, by the name that records have for them. */
function agentTools({ agents, features }: Config): Pick<ThreadMeta, 'multi_agent_version'> {
  if (!agents.enabled) return {}
  if (isToolOn('agents_v2_spawn', features)) return { multi_agent_version: 'v2' }
  return isToolOn('agents_v1_spawn', features) ? { multi_agent_version: 'v1' } : {}
}

/** The provider's search counts as a tool: permissions that do not name it take it away. */
function webSearch({ web_search: said, tools }: Config, gate: Gate): Pick<Turn, 'webSearch'> {
  const mode = said ?? (tools?.web_search ? 'live' : 'disabled')
  return mode === 'disabled' || decideIn('tools', gate.permissions, 'web_search') === 'deny' ? {} : { webSearch: mode }
}

/** Defaults: a third equal round is worth a word, a sixth helps nobody; what waits for a build may do so for long. */
function loopLimits(table: Config['loop_detection']): Pick<Turn, 'loopLimits'> {
  const { enabled = true, hint_after = 3, stop_after = 6, polling_stop_after = 60 } = table ?? {}
  if (!enabled) return {}
  return { loopLimits: { hintAfter: hint_after, stopAfter: stop_after, pollingStopAfter: polling_stop_after } }
}
