import { type AgentCandidate, defineRouter } from 'codex-kernel/plugin-api'
import { wordsOf } from './find-keyword.ts'
import { rankAgents } from './rank-agents.ts'
import { readRequests } from './read-requests.ts'
import { featuresOf } from './request-features.ts'
import { openRequestModel } from './request-model.ts'
import { requestWeights } from './request-weights.ts'
import { scoreAgent } from './score-agent.ts'
import { tokenise } from './tokenise.ts'

/** Scores agents by what a prompt asks for, by their own words, and by files. Needs no language model. */
export const router = defineRouter({
  id: 'intent',
  score(prompt, context, agents): readonly AgentCandidate[] {
    const sentence = tokenise(prompt)
    const reading = readRequests(sentence)
    const requests = openRequestModel(requestWeights)(featuresOf({ prompt, tokens: sentence, reading }))
    const tokens = wordsOf(sentence)
    return rankAgents(agents.map((agent) => scoreAgent({ tokens, reading, requests, context }, agent)))
  },
})
