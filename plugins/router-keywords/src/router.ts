import { posix } from 'node:path'
import { type AgentCandidate, type AgentDefinition, defineRouter, type RouterContext } from 'codex-kernel/plugin-api'

/**
 * What one piece of evidence is worth, 0 to 1. Evidence adds up as independent chances do (1 - product of the rest), so
 * two words pass the default threshold of 0.6 and one alone does not.
 */
const weights = { name: 0.7, phrase: 0.6, word: 0.45, path: 0.5, changedFile: 0.2 }

/** Scores agents by the words of the prompt and by the files it names or that have changed. Needs no model. */
export const router = defineRouter({
  id: 'keywords',
  score: (prompt, context, agents) => {
    const words = normalised(prompt)
    return agents.map((agent) => scoreAgent(words, context, agent)).sort((a, b) => b.score - a.score)
  },
})

function scoreAgent(prompt: string, context: RouterContext, definition: AgentDefinition): AgentCandidate {
  const { agent, activation } = definition
  const evidence: { readonly weight: number; readonly reason: string }[] = []
  const names = [agent.id, agent.name, ...agent.aliases]
  const named = names.find((name) => containsPhrase(prompt, name))
  if (named) evidence.push({ weight: weights.name, reason: `names "${named}"` })
  for (const keyword of activation?.keywords ?? []) {
    if (!containsPhrase(prompt, keyword)) continue
    const weight = keyword.trim().includes(' ') ? weights.phrase : weights.word
    evidence.push({ weight, reason: `keyword "${keyword}"` })
  }
  const patterns = activation?.file_patterns ?? []
  const path = context.paths.find((each) => patterns.some((pattern) => posix.matchesGlob(each, pattern)))
  if (path) evidence.push({ weight: weights.path, reason: `names ${path}` })
  const changed = context.changedFiles.find((each) => patterns.some((pattern) => posix.matchesGlob(each, pattern)))
  if (changed && evidence.length > 0) evidence.push({ weight: weights.changedFile, reason: `${changed} has changed` })

  const doubt = evidence.reduce((rest, { weight }) => rest * (1 - weight), 1)
  return { agent: agent.id, score: Math.round((1 - doubt) * 100) / 100, reasons: evidence.map(({ reason }) => reason) }
}

/** Words in lower case with single spaces and a space at both ends, so that a phrase is found as whole words. */
function normalised(text: string): string {
  return ` ${text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}#+]+/gu, ' ')
    .trim()} `
}

/** Whole words; a plural `s` at the end does not count. */
function containsPhrase(prompt: string, phrase: string): boolean {
  const words = normalised(phrase).trim()
  return words !== '' && (prompt.includes(` ${words} `) || prompt.includes(` ${words}s `))
}
