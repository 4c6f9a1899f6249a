import { type ModelApi, type ProviderContext, type ProviderSettings, serverEvents } from 'codex-kernel/plugin-api'
import { messagesBody } from './messages-body.ts'
import { readError } from './read-error.ts'
import { readMessage } from './read-message.ts'

/** Where the API answers, without its version. */
export const defaultBaseUrl = 'https://api.anthropic.com'

/** The Messages API, with its version of 2023-06-01, which is the newest. */
export function anthropicApi({ settings }: ProviderContext): ModelApi {
  return {
    baseUrl: defaultBaseUrl,
    path: versionedPath('/messages', settings),
    keyName: 'ANTHROPIC_API_KEY',
    headers: (key) => apiHeaders(key, settings),
    body: messagesBody,
    read: (stream, { model }) => readMessage(serverEvents(stream), model),
    readError,
  }
}

/** Base URLs are written with their version and without it. */
export function versionedPath(path: string, { base_url: base = defaultBaseUrl }: ProviderSettings): string {
  return /\/v\d+\/*$/.test(base) ? path : `/v1${path}`
}

/** A key of the API has a header of its own; a token that stands in the settings is one of a gateway. */
export function apiHeaders(key: string | undefined, settings: ProviderSettings): Readonly<Record<string, string>> {
  const isToken = settings.experimental_bearer_token !== undefined
  return {
    'anthropic-version': '2023-06-01',
    ...(key !== undefined && (isToken ? { authorization: `Bearer ${key}` } : { 'x-api-key': key })),
  }
}
