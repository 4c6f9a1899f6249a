import type { ModelRequest, ProviderContext, RequestPreview } from '../provider.ts'
import { endpointUrl, placesOf } from './endpoint.ts'
import type { ModelApi } from './model-api.ts'

/** The first request that `streamModel` would make, at the first of its places. Nothing is sent, and no key is looked up. @throws CodexError `config.invalid` for a bad URL */
export function previewModel(request: ModelRequest, ctx: ProviderContext, api: ModelApi): RequestPreview {
  const [place = { base_url: api.baseUrl }] = placesOf(api, ctx.settings)
  const { origin, pathname } = endpointUrl(api.path, place, ctx.settings)
  return { method: 'POST', url: `${origin}${pathname}`, body: JSON.parse(JSON.stringify(api.body(request))) }
}
