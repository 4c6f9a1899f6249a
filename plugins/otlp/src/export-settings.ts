import { CodexError, type ObserverContext, type TlsFiles, z } from 'codex-kernel/plugin-api'

/** Where spans go, and how. */
export interface ExportSettings {
  /** The whole address. */
  readonly url: string
  readonly protocol: 'json' | 'binary'
  readonly headers: Readonly<Record<string, string>>
  readonly tls: TlsFiles | undefined
  /** Milliseconds that one request may take. */
  readonly timeoutMs: number
  /** What is the same for all spans. */
  readonly resource: Readonly<Record<string, string>>
  /** True: the prompt of a turn goes with its span. */
  readonly prompts: boolean
}

const defaultTimeoutMs = 10_000

const httpExporter = z.object({
  endpoint: z.string().optional(),
  protocol: z.enum(['json', 'binary']).optional(),
  headers: z.record(z.string(), z.string()).optional(),
  tls: z
    .object({
      'ca-certificate': z.string().optional(),
      'client-certificate': z.string().optional(),
      'client-private-key': z.string().optional(),
    })
    .optional(),
})
type HttpExporter = z.infer<typeof httpExporter>
const exporter = z.union([z.string(), z.record(z.string(), z.unknown())])
const otelTable = z.object({
  exporter: exporter.optional(),
  trace_exporter: exporter.optional(),
  environment: z.string().optional(),
  log_user_prompt: z.boolean().optional(),
})

/**
 * What `[otel]` says of spans; undefined where they go nowhere. `trace_exporter` counts, `exporter` where it is absent. An exporter without an
 * endpoint takes the variables of OpenTelemetry (`OTEL_EXPORTER_OTLP_…`), and one with an endpoint does not: headers meant for one host go to no other.
 *
 * @throws CodexError `config.invalid`, `config.unreadable`
 */
export async function readExportSettings(ctx: ObserverContext): Promise<ExportSettings | undefined> {
  const table = otelTable.parse(ctx.settings)
  const chosen = table.trace_exporter ?? table.exporter
  if (chosen === undefined || ctx.env('OTEL_SDK_DISABLED')?.trim().toLowerCase() === 'true') return undefined
  const [kind, given] = kindOf(chosen)
  if (kind === 'none' || kind === 'statsig') return undefined
  if (kind !== 'otlp-http') {
    throw invalid(`otel: spans are sent by otlp-http alone, not by ${kind}`, 'Name an endpoint of OTLP over HTTP.')
  }
  const settings = given.endpoint === undefined ? ofEnvironment(given, ctx) : given
  const url = urlOf(settings.endpoint)
  for (const value of Object.values(settings.headers ?? {})) ctx.keepSecret(value)
  return {
    url,
    protocol: settings.protocol ?? 'binary',
    headers: settings.headers ?? {},
    tls: await tlsOf(settings.tls, ctx),
    timeoutMs: positive(variable('TIMEOUT', ctx)) ?? defaultTimeoutMs,
    resource: resourceOf(table.environment, ctx),
    prompts: table.log_user_prompt ?? false,
  }
}

function kindOf(chosen: z.infer<typeof exporter>): readonly [string, HttpExporter] {
  if (typeof chosen === 'string') return [chosen, {}]
  const [[kind = 'none', value] = []] = Object.entries(chosen)
  return [kind, kind === 'otlp-http' ? httpExporter.parse(value) : {}]
}

/** The variables of the OpenTelemetry specification ("OTLP exporter configuration"); those of traces go before those of all signals. */
function ofEnvironment(given: HttpExporter, ctx: ObserverContext): HttpExporter {
  const endpoint = ctx.env('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT')?.trim() || baseEndpoint(ctx)
  const protocol = variable('PROTOCOL', ctx)
  const files = {
    'ca-certificate': variable('CERTIFICATE', ctx),
    'client-certificate': variable('CLIENT_CERTIFICATE', ctx),
    'client-private-key': variable('CLIENT_KEY', ctx),
  }
  const tls = Object.fromEntries(Object.entries(files).flatMap(([name, file]) => (file ? [[name, file]] : [])))
  if (protocol === 'grpc') throw invalid('OTEL_EXPORTER_OTLP_PROTOCOL: spans are sent over HTTP alone', useHttp)
  return {
    ...(endpoint !== undefined && { endpoint }),
    ...(protocol === 'http/json' && { protocol: 'json' as const }),
    headers: headersOf(variable('HEADERS', ctx)),
    tls,
    ...given,
  }
}

const useHttp = 'Use http/protobuf or http/json.'

function baseEndpoint(ctx: ObserverContext): string | undefined {
  const base = ctx.env('OTEL_EXPORTER_OTLP_ENDPOINT')?.trim()
  return base ? `${base.replace(/\/+$/, '')}/v1/traces` : undefined
}

function variable(name: string, ctx: ObserverContext): string | undefined {
  const value = ctx.env(`OTEL_EXPORTER_OTLP_TRACES_${name}`)?.trim() || ctx.env(`OTEL_EXPORTER_OTLP_${name}`)?.trim()
  return value || undefined
}

/** `a=1,b=2`, values percent-encoded as in the W3C Baggage header. */
function headersOf(text: string | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(pairsOf(text ?? ''))
}

function pairsOf(text: string): readonly (readonly [string, string])[] {
  return text.split(',').flatMap((pair) => {
    const [name = '', ...rest] = pair.split('=')
    return name.trim() === '' || rest.length === 0 ? [] : [[name.trim(), decoded(rest.join('=').trim())] as const]
  })
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** An address without a path is that of a collector, one that ends like that of logs stands for both. */
function urlOf(endpoint: string | undefined): string {
  if (endpoint === undefined) {
    throw invalid(
      'otel: the exporter has no endpoint',
      'Set endpoint in [otel.trace_exporter.otlp-http], or OTEL_EXPORTER_OTLP_ENDPOINT.',
    )
  }
  const url = URL.parse(endpoint.trim())
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw invalid(
      'otel: the endpoint of the exporter is no address of HTTP',
      'Write it whole, such as http://127.0.0.1:4318/v1/traces.',
    )
  }
  if (url.pathname === '/') url.pathname = '/v1/traces'
  url.pathname = url.pathname.replace(/\/v1\/logs$/, '/v1/traces')
  return url.href
}

async function tlsOf(tls: HttpExporter['tls'], ctx: ObserverContext): Promise<TlsFiles | undefined> {
  const read = async (file: string | undefined) => (file ? await ctx.file(file) : undefined)
  const ca = await read(tls?.['ca-certificate'])
  const cert = await read(tls?.['client-certificate'])
  const key = await read(tls?.['client-private-key'])
  if (ca === undefined && cert === undefined && key === undefined) return undefined
  return { ...(ca !== undefined && { ca }), ...(cert !== undefined && { cert }), ...(key !== undefined && { key }) }
}

function resourceOf(environment: string | undefined, ctx: ObserverContext): Readonly<Record<string, string>> {
  return {
    'service.name': ctx.originator,
    'service.version': ctx.version,
    'telemetry.sdk.language': 'nodejs',
    ...(environment !== undefined && { env: environment, 'deployment.environment.name': environment }),
    ...Object.fromEntries(pairsOf(ctx.env('OTEL_RESOURCE_ATTRIBUTES') ?? '')),
    ...(ctx.env('OTEL_SERVICE_NAME')?.trim() && { 'service.name': String(ctx.env('OTEL_SERVICE_NAME')).trim() }),
  }
}

function positive(text: string | undefined): number | undefined {
  const value = Number(text)
  return Number.isFinite(value) && value > 0 ? value : undefined
}

function invalid(message: string, hint: string): CodexError {
  return new CodexError('config.invalid', message, { hint })
}
