import { CodexError } from '../errors.ts'
import type { ModelRequest, ProviderContext, ProviderEndpoint, ProviderSettings } from '../provider.ts'
import type { EndpointApi, ModelApi } from './model-api.ts'

/** Where and how requests go: settings with their defaults, and what must never be shown. */
export interface Endpoint {
  /** With `query_params`; may hold secrets. */
  readonly url: string
  /** Without a query, for messages. */
  readonly shownUrl: string
  /** Headers of one try, signed where the API signs. */
  headers(body: string): Promise<Readonly<Record<string, string>>>
  /** In lower case, without parameters. */
  readonly mediaType: string
  readonly readError: ModelApi['readError']
  readonly requestMaxRetries: number
  readonly streamMaxRetries: number
  readonly idleTimeoutMs: number
  /** What to do where the server refuses the key, or misses one. */
  readonly keyHint: string
  /** Takes credentials out of a text. */
  redact(text: string): string
}

/**
 * One place of a provider.
 *
 * @param api the API, or its part that another request of it needs; `path` is added to the path of the place
 * @param request absent: one that is about no thread
 * @throws CodexError `provider.credential` for a missing key or one that no header can carry, `config.invalid` for a bad URL or name of a header
 */
export async function openEndpoint(
  api: EndpointApi,
  place: ProviderEndpoint,
  request: ModelRequest | undefined,
  ctx: ProviderContext,
): Promise<Endpoint> {
  const { settings } = ctx
  const url = endpointUrl(api.path, place, settings)
  const key = await keyOf(place, ctx)
  const keyName = place.env_key ?? settings.env_key ?? api.keyName
  const secrets = secretValues(key, api, ctx)
  const headers = requestHeaders(key, keyName, api, request, ctx)
  return {
    url: url.href,
    shownUrl: `${url.origin}${url.pathname}`,
    headers: async (body) => ({ ...headers, ...(await api.sign?.({ url: url.href, headers, body })) }),
    mediaType: mediaTypeOf(api),
    readError: (answer) => api.readError(answer),
    requestMaxRetries: settings.request_max_retries ?? 4,
    streamMaxRetries: settings.stream_max_retries ?? 5,
    idleTimeoutMs: settings.stream_idle_timeout_ms ?? 300_000,
    keyHint: keyHint(key, place, api, settings),
    redact: (text) => ctx.redact(secrets.reduce((clean, secret) => clean.replaceAll(secret, '[redacted]'), text)),
  }
}

/** The variable of the API is that of its own address alone: another address is never sent what stands in it. */
function keyHint(
  key: string | undefined,
  place: ProviderEndpoint,
  api: EndpointApi,
  { base_url, endpoints, env_key }: ProviderSettings,
): string {
  const isOwn = base_url === undefined && endpoints === undefined
  const name = place.env_key ?? env_key ?? (isOwn ? api.keyName : undefined)
  if (key === undefined && api.sign === undefined) {
    return `No key was sent: ${name === undefined ? 'name the variable that holds it in env_key of the provider' : `set ${name}`}, or see codex login --help.`
  }
  return `The provider refused the key: ${name === undefined ? 'codex status says where it comes from' : `set a valid one in ${name}`}.`
}

/** Where a provider answers: its endpoints, or its one base URL. */
export function placesOf(
  { baseUrl }: Pick<ModelApi, 'baseUrl'>,
  settings: ProviderSettings,
): readonly ProviderEndpoint[] {
  return settings.endpoints ?? [{ base_url: settings.base_url ?? baseUrl }]
}

async function keyOf(place: ProviderEndpoint, ctx: ProviderContext): Promise<string | undefined> {
  if (place.env_key === undefined) {
    return ((await ctx.credential()) ?? ctx.settings.experimental_bearer_token)?.trim() || undefined
  }
  const key = ctx.env(place.env_key)?.trim()
  if (key) return key
  throw new CodexError('provider.credential', `Missing environment variable: \`${place.env_key}\`.`, {
    hint: `Set ${place.env_key} to the key of the endpoint ${place.base_url}.`,
  })
}

function mediaTypeOf({ mediaType = 'text/event-stream' }: EndpointApi): string {
  return mediaType
}

/** Where requests go, with `query_params`. @throws CodexError `config.invalid` */
export function endpointUrl(path: string, { base_url: base }: ProviderEndpoint, settings: ProviderSettings): URL {
  const url = URL.canParse(base) ? new URL(base) : undefined
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new CodexError('config.invalid', `model_providers.${settings.id}.base_url is no http or https URL`, {
      hint: 'Write it with its scheme, such as http://localhost:11434/v1.',
    })
  }
  // It would be sent as a header that nobody asked for, and shown in messages.
  if (url.username !== '' || url.password !== '') {
    throw new CodexError('config.invalid', `model_providers.${settings.id}.base_url holds a user name or password`, {
      hint: 'Send credentials by env_key or env_http_headers.',
    })
  }
  url.pathname = `${url.pathname.replace(/\/+$/, '')}${path}`
  for (const [name, value] of Object.entries(settings.query_params ?? {})) url.searchParams.set(name, value)
  return url
}

function requestHeaders(
  key: string | undefined,
  keyName: string,
  api: EndpointApi,
  request: ModelRequest | undefined,
  ctx: ProviderContext,
): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    accept: mediaTypeOf(api),
    'user-agent': `${ctx.originator}/${ctx.version} (${process.platform}; ${process.arch})`,
  }
  for (const [name, value] of Object.entries(api.headers(key, request))) setSecret(headers, name, value, keyName)
  for (const [name, value] of Object.entries(ctx.settings.http_headers ?? {})) {
    assertHeaderName(name, 'http_headers', ctx.settings)
    setSecret(headers, name, value, `http_headers.${name}`)
  }
  for (const [name, variable] of Object.entries(ctx.settings.env_http_headers ?? {})) {
    assertHeaderName(name, 'env_http_headers', ctx.settings)
    const value = ctx.env(variable)?.trim()
    if (value) setSecret(headers, name, value, variable)
  }
  return headers
}

/** What a name may be made of: a token of HTTP (RFC 9110, section 5.6.2). */
function assertHeaderName(name: string, table: string, { id }: ProviderSettings): void {
  if (/^[\w!#$%&'*+.^`|~-]+$/.test(name)) return
  throw new CodexError(
    'config.invalid',
    `model_providers.${id}.${table}: ${JSON.stringify(name)} cannot be the name of a header`,
    {
      hint: 'Write the name with letters, digits and dashes, such as X-Team, and the value or its variable behind it.',
    },
  )
}

/** The runtime's own message would repeat the value. */
function setSecret(headers: Record<string, string>, name: string, value: string, source: string): void {
  const { validateHeaderValue } = process.getBuiltinModule('node:http')
  try {
    validateHeaderValue(name, value)
    headers[name.toLowerCase()] = value
  } catch {
    throw new CodexError('provider.credential', `The value of ${source} cannot be sent as the header ${name}`, {
      hint: `Look for line breaks or characters outside Latin-1 in ${source}.`,
    })
  }
}

const secretName = /key|token|secret|auth|password|signature|cookie|credential/i

function secretValues(key: string | undefined, api: EndpointApi, ctx: ProviderContext): readonly string[] {
  const { settings } = ctx
  const named = [...Object.entries(settings.http_headers ?? {}), ...Object.entries(settings.query_params ?? {})]
  const values = [
    key,
    ...(api.secrets ?? []),
    settings.experimental_bearer_token,
    ...named.filter(([name]) => secretName.test(name)).map(([, value]) => value),
    ...Object.values(settings.env_http_headers ?? {}).map((variable) => ctx.env(variable)?.trim()),
  ]
  // The longest first, so that one that holds another is taken out whole; short ones would tear words apart.
  return values.flatMap((value) => (value && value.length >= 6 ? [value] : [])).sort((a, b) => b.length - a.length)
}
