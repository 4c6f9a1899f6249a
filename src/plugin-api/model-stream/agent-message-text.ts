import { CodexError } from '../errors.ts'
import type { AgentMessageItem } from '../history.ts'

/**
 * What an agent said to another, for a provider that knows no messages between agents; its header stands in it where it has one.
 *
 * @param owner provider whose models can read it. Absent: the message says so, or nobody knows
 * @throws CodexError `provider.sealed` where the text is sealed: a model would go on without what it was told
 */
export function agentMessageText({ author, content, provider }: AgentMessageItem, owner = provider): string {
  if (content.some((part) => part.type === 'encrypted_content')) {
    const readers = owner === undefined ? 'the provider that sealed it' : `provider ${owner}`
    throw new CodexError(
      'provider.sealed',
      `A message of agent ${author} is sealed: only models of ${readers} read it`,
      {
        hint:
          owner === undefined
            ? 'Go on with the model that the thread had before.'
            : `Go on with a model of provider ${owner}, or give the work to a new thread.`,
      },
    )
  }
  return content.map((part) => ('text' in part ? part.text : '')).join('')
}
