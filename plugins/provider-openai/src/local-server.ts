import {
  CodexError,
  isCodexError,
  type ModelInfo,
  type ModelRequest,
  type Provider,
  type ProviderContext,
  previewModel,
  streamModel,
} from 'codex-kernel/plugin-api'
import { knownModel } from './catalogue.ts'
import { fetchModels } from './fetch-models.ts'
import { openaiApi } from './openai-api.ts'

/** A server of models on this machine, or in its network, that speaks Chat Completions. */
export interface LocalServer {
  /** Id of the provider. */
  readonly id: string
  /** For people. */
  readonly name: string
  /** Where it listens by itself. */
  readonly defaultUrl: string
  /** Variable that names another place: a URL, or a host with a port or without one. */
  readonly hostVariable?: string
  /** How it is started, as a sentence of a hint. */
  readonly start: string
  /** How it gets a model. */
  get(model: string): string
  /** Tokens that a model has room for; undefined where that is not known. Absent: the server refuses what does not fit itself. */
  window?(model: string, ctx: ProviderContext, signal: AbortSignal): Promise<number | undefined>
  /** How a server that has a `window` is given a larger one. */
  readonly widen?: string
  /** Models that do an agent's work well, the best first; the beginnings of their ids. */
  readonly preferred: readonly string[]
}

/** A server on this machine answers its list at once; one that hangs is not waited for. */
const probeMs = 5_000

/** The provider of such a server: no key, no price, and the models that it has. */
export function localProvider(server: LocalServer): Provider {
  const at = (ctx: ProviderContext): ProviderContext => ({
    ...ctx,
    // A server of this machine that is not there is not there the next second either.
    settings: {
      ...{ request_max_retries: 1, ...ctx.settings },
      ...{ name: server.name, base_url: serverUrl(server, ctx), wire_api: 'chat' },
    },
  })
  const listed = async (ctx: ProviderContext, signal: AbortSignal): Promise<readonly string[]> => {
    const probe = AbortSignal.any([signal, AbortSignal.timeout(probeMs)])
    try {
      return (await fetchModels(at(ctx), undefined, probe))?.models.map(({ id }) => id) ?? []
    } catch (error) {
      signal.throwIfAborted()
      throw notRunning(server, at(ctx), error)
    }
  }
  return {
    id: server.id,
    models: async () => [local({ id: '*', contextWindow: 32_768, parallelToolCalls: true, freeformTools: false })],
    async fetchModels(ctx, etag, signal) {
      try {
        const list = await fetchModels(at(ctx), etag, signal)
        return list && { ...list, models: list.models.map((each) => local({ ...factsOf(each.id), ...each })) }
      } catch (error) {
        signal.throwIfAborted()
        throw notRunning(server, at(ctx), error)
      }
    },
    async defaultModel(ctx, signal) {
      const ids = (await listed(ctx, signal)).filter((id) => !/embed/i.test(id))
      const [first] = ids
      const chosen = server.preferred.flatMap((start) => ids.find((id) => id.startsWith(start)) ?? [])[0] ?? first
      if (chosen !== undefined) return chosen
      throw new CodexError('provider.model_unknown', `${server.name} has no model`, {
        hint: `Get one: ${server.get(server.preferred[0] ?? '')}.`,
      })
    },
    preview: async (request, ctx) => previewModel(request, at(ctx), openaiApi(at(ctx))),
    async *stream(request: ModelRequest, ctx: ProviderContext, signal: AbortSignal) {
      const local = at(ctx)
      try {
        await assertFits(server, request, local, signal)
        yield* streamModel(request, local, openaiApi(local), {}, signal)
      } catch (error) {
        signal.throwIfAborted()
        if (!isCodexError(error)) throw error
        if (error.code === 'provider.unreachable') throw notRunning(server, local, error)
        if (error.code !== 'provider.model_unknown') throw error
        throw await missing(server, request.model, error, () => listed(ctx, signal))
      }
    },
  }
}

/** The smallest window that such a server gives; what is shorter fits in any. */
const smallestWindow = 4096
/** JSON and code have some four bytes a token; a few tokens are left for the answer. */
const bytesPerToken = 4
const answerTokens = 512

/** A server that cuts what is too long, and does not say so, is not sent it. @throws CodexError `provider.context_length`; the abort reason */
async function assertFits(
  server: LocalServer,
  request: ModelRequest,
  ctx: ProviderContext,
  signal: AbortSignal,
): Promise<void> {
  if (!server.window) return
  // An image takes a few hundred tokens, however long its text is.
  const body = JSON.stringify(openaiApi(ctx).body(request)).replaceAll(/;base64,[\w+/=]+/g, '')
  const needed = Math.ceil(Buffer.byteLength(body) / bytesPerToken) + answerTokens
  if (needed <= smallestWindow) return
  // What does not answer here does not answer the request either, and is told there.
  const window = await server.window(request.model, ctx, signal).catch(() => undefined)
  signal.throwIfAborted()
  if (window === undefined || needed <= window) return
  throw new CodexError(
    'provider.context_length',
    `${server.name} gives ${request.model} a window of ${window} tokens, and the request needs about ${needed}: it would be cut without a word`,
    { hint: `Give it more: ${server.widen}. An agent needs 32000 or more.` },
  )
}

/** @throws CodexError `config.invalid` */
function serverUrl({ defaultUrl, hostVariable }: LocalServer, ctx: ProviderContext): string {
  const whole = ctx.env('CODEX_OSS_BASE_URL')?.trim()
  if (whole) return whole
  const url = new URL(defaultUrl)
  const port = ctx.env('CODEX_OSS_PORT')?.trim()
  if (port) {
    if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535) {
      throw new CodexError('config.invalid', `CODEX_OSS_PORT is no port: ${port}`, {
        hint: `Write a number from 1 to 65535, such as ${url.port}.`,
      })
    }
    url.port = port
  }
  const host = hostVariable === undefined ? undefined : ctx.env(hostVariable)?.trim()
  if (!host) return `${url.origin}/v1`
  const text = /^https?:\/\//.test(host) ? host : `http://${host}`
  if (!URL.canParse(text)) {
    throw new CodexError('config.invalid', `${hostVariable} is no address: ${host}`, {
      hint: `Write it as HOST:PORT, such as ${url.host}.`,
    })
  }
  const given = new URL(text)
  // What a server listens on is no address to go to.
  if (given.hostname === '0.0.0.0' || given.hostname === '[::]') given.hostname = '127.0.0.1'
  if (given.port === '' && !/:\d+(?:\/|$)/.test(host) && given.protocol === 'http:') given.port = url.port
  return `${given.origin}${given.pathname.replace(/\/+$/, '')}/v1`
}

/** What is known of a model under the names that such servers give it: `gpt-oss:20b`, `openai/gpt-oss-20b`. */
function factsOf(id: string): Partial<ModelInfo> {
  return knownModel(id.replace(/^openai\//, '').replace(':', '-'), { id: 'local', wire_api: 'chat' }) ?? {}
}

/** What runs here costs nothing, so that a budget in money can hold. */
function local(info: ModelInfo): ModelInfo {
  return { ...info, price: { input: 0, output: 0 } }
}

function notRunning(
  { name, start, hostVariable }: LocalServer,
  { settings }: ProviderContext,
  cause: unknown,
): CodexError {
  if (isCodexError(cause) && cause.code !== 'provider.unreachable') return cause
  const elsewhere = `${hostVariable ?? 'CODEX_OSS_BASE_URL'} names another place`
  return new CodexError('provider.unreachable', `${name} does not answer at ${settings.base_url}: ${reasonOf(cause)}`, {
    hint: `${start} ${elsewhere}.`,
    cause,
  })
}

function reasonOf(cause: unknown): string {
  if (cause instanceof DOMException && cause.name === 'TimeoutError') return `nothing came within ${probeMs / 1000} s`
  return cause instanceof Error ? cause.message : String(cause)
}

async function missing(
  server: LocalServer,
  model: string,
  cause: CodexError,
  list: () => Promise<readonly string[]>,
): Promise<CodexError> {
  const ids = await list().catch((): readonly string[] => [])
  const has = ids.length === 0 ? '' : ` It has ${ids.slice(0, 20).join(', ')}.`
  return new CodexError('provider.model_unknown', `${server.name} has no model "${model}"`, {
    hint: `Get it: ${server.get(model)}.${has}`,
    cause,
  })
}
