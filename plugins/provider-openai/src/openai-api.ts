import { type ModelApi, type ProviderContext, serverEvents } from 'codex-kernel/plugin-api'
import { chatBody } from './chat-body.ts'
import { readApiError } from './read-api-error.ts'
import { readResponses } from './read-responses.ts'
import { responsesBody } from './responses-body.ts'

type Wire = Pick<ModelApi, 'path' | 'body' | 'read'>

const wires = {
  responses: {
    path: '/responses',
    body: responsesBody,
    read: (stream, { tools }) => readResponses(serverEvents(stream), tools),
  },
  chat: {
    path: '/chat/completions',
    body: chatBody,
    async *read(stream, request) {
      // Its schemas take longer to make than a short answer to read.
      const { readChat } = await import('./read-chat.ts')
      yield* readChat(serverEvents(stream), request)
    },
  },
} as const satisfies Record<string, Wire>

/** The API that `wire_api` names. */
export function openaiApi({ settings, originator }: ProviderContext): ModelApi {
  return {
    ...wires[settings.wire_api ?? 'responses'],
    baseUrl: 'https://api.openai.com/v1',
    keyName: 'CODEX_API_KEY',
    headers: (key, request) => ({
      originator,
      ...(request && {
        'session-id': request.threadId,
        'thread-id': request.threadId,
        'x-client-request-id': request.threadId,
      }),
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
    }),
    readError: readApiError,
  }
}
