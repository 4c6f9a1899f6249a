import type { HistoryItem } from '../plugin-api/history.ts'

/** What a thread has been told about its surroundings, as it stands in the history; absent: nothing. */
export interface ToldBefore {
  readonly instructions?: string
  readonly environment?: string
  /** Texts of all developer messages. */
  readonly developer: ReadonlySet<string>
  /** The list of skills. */
  readonly skills?: string
}

/** Said where instructions that were given are gone. */
export const noInstructions = 'The AGENTS.md instructions that were given before no longer apply.'
/** Said where a list of skills was given, and there are none now. */
export const noSkills = '<skills>\nThere are no skills any more.\n</skills>'

const instructionsPattern =
  /^(?:# AGENTS\.md instructions for [\s\S]*?\n<\/INSTRUCTIONS>|The AGENTS\.md instructions that were given before no longer apply\.)/
const skillsPattern = /^<skills>[\s\S]*<\/skills>$/
const environmentPattern = /<environment_context>[\s\S]*?<\/environment_context>/

/** Looks from the end: what was told last counts. */
export function toldBefore(history: readonly HistoryItem[]): ToldBefore {
  const textsOf = (role: 'user' | 'developer') =>
    history.flatMap((item) =>
      item.type === 'message' && item.role === role
        ? [item.content.map((part) => ('text' in part ? part.text : '')).join('')]
        : [],
    )
  const [byUser, byDeveloper] = [textsOf('user'), textsOf('developer')]
  const last = (pattern: RegExp, texts = byUser) =>
    texts.reduceRight<string | undefined>((found, text) => found ?? pattern.exec(text)?.[0], undefined)
  const instructions = last(instructionsPattern)
  const environment = last(environmentPattern)
  const skills = last(skillsPattern, byDeveloper)
  return {
    developer: new Set(byDeveloper),
    ...(instructions !== undefined && { instructions }),
    ...(environment !== undefined && { environment }),
    ...(skills !== undefined && { skills }),
  }
}
