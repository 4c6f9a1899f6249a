import { type AgentCandidate, defineRouter } from 'codex-kernel/plugin-api'
import { wordsOf } from './find-keyword.ts'
import { readRequests } from './read-requests.ts'
import { scoreAgent } from './score-agent.ts'
import { tokenise } from './tokenise.ts'

/** Scores agents by what a prompt asks for, by their own words, and by files. Needs no model. */
export const router = defineRouter({
  id: 'intent',
  score(prompt, context, agents): readonly AgentCandidate[] {
    const sentence = tokenise(prompt)
    const reading = readRequests(sentence)
    const tokens = wordsOf(sentence)
    return agents.map((agent) => scoreAgent({ tokens, reading, context }, agent)).sort((a, b) => b.score - a.score)
  },
})
