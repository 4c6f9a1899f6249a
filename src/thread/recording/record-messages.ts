import type { TurnMessages } from '../turn.ts'
import type { TurnWriter } from './turn-writer.ts'

/** Messages of a person that are written down as the turn takes them. */
export function recordMessages(messages: TurnMessages, lines: TurnWriter, requestsMade: () => number): TurnMessages {
  return {
    inbox: messages.inbox,
    async check(text, signal) {
      const answer = await messages.check(text, signal)
      const { refusal, contexts } = answer
      const said = { text, contexts: [...contexts], ...(refusal !== undefined && { refusal }) }
      lines.write({ type: 'message', after_requests: requestsMade(), ...said })
      return answer
    },
  }
}
