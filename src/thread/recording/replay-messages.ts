import type { TurnMessages } from '../turn.ts'
import type { RecordedTurn } from './read-recording.ts'

/** What a person said while the turn ran, said again after as many requests; what is said now comes behind it. */
export function replayMessages(
  turn: RecordedTurn,
  requestsMade: () => number,
  now: TurnMessages | undefined,
  { keepsHooks }: { readonly keepsHooks: boolean },
): TurnMessages | undefined {
  if (turn.messages.length === 0) return now
  const waiting = [...turn.messages]
  const due = (): readonly string[] => {
    const count = waiting.findIndex((message) => message.after_requests > requestsMade())
    return waiting.splice(0, count === -1 ? waiting.length : count).map(({ text }) => text)
  }
  return {
    inbox: {
      open: (turnId, refusal) => now?.inbox.open(turnId, refusal),
      add: (message) => (now ? now.inbox.add(message) : { turnId: '' }),
      close: () => now?.inbox.close() ?? [],
      take: () => [...due(), ...(now?.inbox.take() ?? [])],
      takeOrClose() {
        const texts = due()
        return texts.length > 0 ? [...texts, ...(now?.inbox.take() ?? [])] : (now?.inbox.takeOrClose() ?? [])
      },
    },
    async check(text, signal) {
      if (keepsHooks && now) return await now.check(text, signal)
      const said = turn.messages.find((message) => message.text === text)
      return { refusal: said?.refusal, contexts: said?.contexts ?? [] }
    },
  }
}
