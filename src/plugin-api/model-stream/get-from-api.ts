import { CodexError, isCodexError } from '../errors.ts'
import type { HttpResponse, ProviderContext } from '../provider.ts'
import { openEndpoint, placesOf } from './endpoint.ts'
import { httpFailure } from './http-failure.ts'
import type { EndpointApi, ModelApi } from './model-api.ts'
import { unreachable } from './unreachable.ts'

/** What came of it. */
export interface ApiAnswer {
  /** Of HTTP; from 200 to 299, or 304. */
  readonly status: number
  /** By lower-case name. */
  readonly headers: HttpResponse['headers']
  /** As UTF-8. */
  readonly text: string
  /** Where it came from, for messages. */
  readonly shownUrl: string
}

/** A list of models is some hundred kilobytes at most. */
const limitBytes = 16 * 1024 * 1024

/**
 * Asks an API for something by GET, with the headers, credentials and errors of its other requests. It is asked once: where a
 * provider has several endpoints, the next one is asked where one does not answer.
 *
 * @param headers further ones, in lower case
 * @throws CodexError `provider.*`, `config.invalid`; the abort reason
 */
export async function getFromApi(
  api: EndpointApi & Pick<ModelApi, 'baseUrl'>,
  headers: Readonly<Record<string, string>>,
  ctx: ProviderContext,
  signal: AbortSignal,
): Promise<ApiAnswer> {
  let failure: unknown
  for (const place of placesOf(api, ctx.settings)) {
    const endpoint = await openEndpoint({ ...api, mediaType: 'application/json' }, place, undefined, ctx)
    try {
      const own = await endpoint.headers('')
      const response = await ctx.fetch(endpoint.url, { headers: { ...own, ...headers }, signal })
      if (!response.ok && response.status !== 304) throw (await httpFailure(response, endpoint, signal)).error
      const { status, headers: answered } = response
      return {
        status,
        headers: answered,
        text: await readWhole(response, endpoint.shownUrl),
        shownUrl: endpoint.shownUrl,
      }
    } catch (error) {
      signal.throwIfAborted()
      failure = isCodexError(error) ? error : unreachable(error, endpoint).error
    }
  }
  throw failure
}

async function readWhole(response: HttpResponse, url: string): Promise<string> {
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  for await (const chunk of response.body) {
    chunks.push(chunk)
    sizeBytes += chunk.byteLength
    if (sizeBytes <= limitBytes) continue
    throw new CodexError('provider.response', `${url} answered more than ${limitBytes / 1024 / 1024} MiB`, {
      hint: 'Check the base_url of the provider: another service answers there.',
    })
  }
  return Buffer.concat(chunks).toString('utf8')
}
