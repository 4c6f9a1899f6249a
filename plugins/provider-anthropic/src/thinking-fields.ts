import { type ModelRequest, nearestEffort } from 'codex-kernel/plugin-api'
import { knownModel, type ThinkingInfo, thinkingInfo } from './catalogue.ts'

/** What of a request says how much a model thinks. */
export interface ThinkingFields {
  readonly thinking?: object
  readonly effort?: string
}

/** Tokens of thinking where a model takes a budget and no effort. */
const budgets: Readonly<Record<string, number>> = {
  low: 4096,
  medium: 10_240,
  high: 24_576,
  xhigh: 32_768,
  max: 49_152,
}
/** The least that the API takes. */
const smallestBudget = 1024

/**
 * `thinking` and `output_config.effort`. Without an effort a model does as it does by itself. One that it does not know
 * becomes the next lower one that it knows. A model that is not in the catalogue is told the effort alone, as it is.
 *
 * @param isInsideToolUse true where thinking with a budget may not begin now
 */
export function thinkingFields(
  { model, modelInfo, reasoning }: ModelRequest,
  maxTokens: number,
  isInsideToolUse: boolean,
): ThinkingFields {
  const info = thinkingInfo(model)
  const effort = reasoning?.effort
  if (!info) return effort === undefined ? {} : { effort }
  const isOff = effort === 'none' || (effort === 'minimal' && info.kind === 'budget')
  if (info.kind === 'budget') {
    if (effort === undefined || isOff || isInsideToolUse) return {}
    const budget = Math.min(budgets[effort] ?? 10_240, Math.floor(maxTokens / 2))
    return budget < smallestBudget ? {} : { thinking: { type: 'enabled', budget_tokens: budget } }
  }
  if (isOff && info.kind === 'adaptive') return { thinking: { type: 'disabled' } }
  const known = modelInfo?.reasoningEfforts ?? knownModel(model)?.reasoningEfforts ?? []
  return {
    thinking: { type: 'adaptive', ...displayOf(info, reasoning?.summary) },
    ...(effort !== undefined && { effort: nearestEffort(effort, known) }),
  }
}

/** Without a summary the text between tool calls, which is a part of the thinking, would be empty too. */
function displayOf({ hasDisplay }: ThinkingInfo, summary: string | undefined): { readonly display?: string } {
  return hasDisplay ? { display: summary === 'none' ? 'omitted' : 'summarized' } : {}
}
