import { defineProvider } from 'codex-kernel/plugin-api'
import { answerAgain } from './answer-again.ts'

/** Answers as a recording says. */
export const provider = defineProvider({
  id: 'replay',
  // What is known of a model comes from the recording too.
  models: async () => [],
  stream: answerAgain,
})
