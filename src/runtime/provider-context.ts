import type { Env } from '../config/codex-home.ts'
import { ownValue } from '../config/table.ts'
import { CodexError } from '../plugin-api/errors.ts'
import type { EndpointMemory, HttpRequest, ProviderContext, ProviderSettings } from '../plugin-api/provider.ts'
import type { ReplayedThread } from '../plugin-api/replay.ts'
import { isSecretName } from '../sandbox/command-environment.ts'
import type { Credentials } from './credentials/open-credentials.ts'
import type { CredentialFile } from './credentials/read-credential-file.ts'
import type { HttpClient } from './http-client.ts'

export interface ProviderContextDeps {
  readonly env: Env
  readonly credentials: Pick<Credentials, 'credential' | 'renew' | 'remember'>
  readonly settings: ProviderSettings
  readonly originator: string
  readonly version: string
  /** Has each request in the audit log. */
  readonly send: HttpClient
  readonly endpointMemory: EndpointMemory
  /** Takes secrets out of a text. */
  redact(text: string): string
  /** What it answers from, where a recording runs again. */
  readonly replay?: ReplayedThread | undefined
  /** Files that it may read, and where they lie. */
  readonly credentialFiles: readonly CredentialFile[]
  readonly homeDir: string
}

/** Few providers render templates, and Handlebars takes long to import. */
const templates = () => import('../prompt/render-template.ts')

/** What a provider reaches: its own host, its own key, the templates. A token that the server refuses is taken anew, once for a request. */
export function createProviderContext(deps: ProviderContextDeps, signal: AbortSignal): ProviderContext {
  let sent: string | undefined
  const { id, base_url: baseUrl, endpoints } = deps.settings
  const named = endpoints?.map((each) => each.base_url) ?? (baseUrl === undefined ? [] : [baseUrl])
  const origins = new Set(named.map((each) => originOf(each, id)))
  return {
    settings: deps.settings,
    endpointMemory: deps.endpointMemory,
    redact: (text) => deps.redact(text),
    ...(deps.replay && { replay: deps.replay }),
    originator: deps.originator,
    version: deps.version,
    env(name) {
      const value = ownValue(deps.env, name)
      if (value !== undefined && isSecretName(name)) deps.credentials.remember(value.trim())
      return value
    },
    async credential() {
      sent = await deps.credentials.credential(deps.settings.id, signal)
      return sent
    },
    async credentialFile(path) {
      const { readCredentialFile } = await import('./credentials/read-credential-file.ts')
      const { env, homeDir, credentials } = deps
      const remember = (secret: string) => credentials.remember(secret)
      return await readCredentialFile(path, deps.credentialFiles, { env, homeDir, remember })
    },
    render: async (template, values) => (await templates()).renderTemplate(template, values),
    evaluate: async (expression, values) => (await templates()).evaluateExpression(expression, values),
    async fetch(url, request = {}) {
      const target = new URL(url)
      // Without a configured base URL the provider's own default counts: the first host that it names.
      if (origins.size === 0) origins.add(target.origin)
      if (!origins.has(target.origin)) throw elsewhere(id, target.origin, origins)
      let response = await deps.send(target, request)
      if (response.status === 401 && sent !== undefined && holds(request, sent)) {
        const renewed = await deps.credentials.renew(deps.settings.id, sent, signal)
        if (renewed !== undefined) {
          response.cancel()
          response = await deps.send(target, withCredential(request, sent, renewed))
          sent = renewed
        }
      }
      const { location } = response.headers
      if (response.status < 300 || response.status > 399 || location === undefined) return response
      response.cancel()
      throw redirected(id, response.status, URL.parse(location, target.href), origins)
    },
  }
}

function holds(request: HttpRequest, credential: string): boolean {
  return Object.values(request.headers ?? {}).some((value) => value.includes(credential))
}

function withCredential(request: HttpRequest, old: string, renewed: string): HttpRequest {
  const headers = Object.entries(request.headers ?? {}).map(([name, value]) => [name, value.replaceAll(old, renewed)])
  return { ...request, headers: Object.fromEntries(headers) }
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

/** No redirect is followed: what was meant for one address, the key among it, would be sent to another. */
function redirected(id: string, status: number, to: URL | null, allowed: ReadonlySet<string>): CodexError {
  if (!to || !/^https?:$/.test(to.protocol)) {
    return new CodexError('provider.request', `Provider "${id}" answers ${status}, a redirect to no usable address`, {
      hint: "Check the provider's base_url, and what stands before its server.",
    })
  }
  // Without its query, which may repeat a key of the request.
  const shown = `${to.origin}${to.pathname}`
  if (!allowed.has(to.origin)) return elsewhere(id, shown, allowed)
  return new CodexError(
    'provider.request',
    `Provider "${id}" redirects to ${shown} (${status}), which is not followed`,
    {
      hint: "Set the provider's base_url to that address, without what requests add to it, such as /responses.",
    },
  )
}

function elsewhere(id: string, wanted: string, allowed: ReadonlySet<string>): CodexError {
  const hosts = [...allowed].join(', ')
  return new CodexError('provider.request', `Provider "${id}" was led to ${wanted}; it may reach ${hosts} alone`, {
    hint: "Set the provider's base_url to the address that answers.",
  })
}
