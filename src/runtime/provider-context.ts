import { CodexError } from '../plugin-api/errors.ts'
import type { ProviderContext, ProviderSettings } from '../plugin-api/provider.ts'
import type { HttpClient } from './http-client.ts'
import { type CredentialDeps, providerCredential } from './provider-settings.ts'

export interface ProviderContextDeps extends CredentialDeps {
  readonly settings: ProviderSettings
  readonly originator: string
  readonly version: string
  readonly send: HttpClient
  /** Records a request of the provider in the audit log; the request waits for it. */
  audit(request: { readonly method: string; readonly host: string; readonly port: number }): Promise<void>
}

/** Few providers render templates, and Handlebars takes long to import. */
const templates = () => import('../prompt/render-template.ts')

/** What a provider reaches: its own host, its own key, the templates. */
export function createProviderContext(deps: ProviderContextDeps): ProviderContext {
  let baseOrigin = deps.settings.base_url === undefined ? undefined : originOf(deps.settings.base_url, deps.settings.id)
  return {
    settings: deps.settings,
    originator: deps.originator,
    version: deps.version,
    env: (name) => deps.env[name],
    credential: () => providerCredential(deps.settings.id, deps),
    render: async (template, values) => (await templates()).renderTemplate(template, values),
    evaluate: async (expression, values) => (await templates()).evaluateExpression(expression, values),
    async fetch(url, request = {}) {
      const target = new URL(url)
      // Without a configured base URL the provider's own default counts: the first host that it names.
      baseOrigin ??= target.origin
      if (target.origin !== baseOrigin) throw elsewhere(deps.settings.id, target.origin, baseOrigin)
      const port = Number(target.port || (target.protocol === 'https:' ? 443 : 80))
      await deps.audit({ method: (request.method ?? 'GET').toUpperCase(), host: target.hostname, port })
      const response = await deps.send(target, request)
      const { location } = response.headers
      if (response.status < 300 || response.status > 399 || location === undefined) return response
      response.cancel()
      throw elsewhere(deps.settings.id, new URL(location, target).href, baseOrigin)
    },
  }
}

function originOf(baseUrl: string, id: string): string {
  try {
    return new URL(baseUrl).origin
  } catch (cause) {
    throw new CodexError('config.invalid', `The base URL of provider "${id}" is no URL: ${baseUrl}`, {
      hint: 'Write it whole, such as https://example.com/v1.',
      cause,
    })
  }
}

function elsewhere(id: string, wanted: string, allowed: string): CodexError {
  return new CodexError('provider.request', `Provider "${id}" was led to ${wanted}; it may reach ${allowed} alone`, {
    hint: "Set the provider's base_url to the address that answers.",
  })
}
