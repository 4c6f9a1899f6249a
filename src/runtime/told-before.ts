import type { HistoryItem } from '../plugin-api/history.ts'

/** What a thread has been told about its surroundings, as it stands in the history; absent: nothing. */
export interface ToldBefore {
  readonly instructions?: string
  readonly environment?: string
}

const instructionsPattern = /^# AGENTS\.md instructions for [\s\S]*?\n<\/INSTRUCTIONS>/
const environmentPattern = /<environment_context>[\s\S]*?<\/environment_context>/

/** Looks from the end: what was told last counts. */
export function toldBefore(history: readonly HistoryItem[]): ToldBefore {
  const texts = history.flatMap((item) =>
    item.type === 'message' && item.role === 'user'
      ? [item.content.map((part) => ('text' in part ? part.text : '')).join('')]
      : [],
  )
  const last = (pattern: RegExp) =>
    texts.reduceRight<string | undefined>((found, text) => found ?? pattern.exec(text)?.[0], undefined)
  const instructions = last(instructionsPattern)
  const environment = last(environmentPattern)
  return { ...(instructions !== undefined && { instructions }), ...(environment !== undefined && { environment }) }
}
