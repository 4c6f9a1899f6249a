import { CodexError, isCodexError } from '../../plugin-api/index.ts'
import { fetchAt } from './fetch-at.ts'
import { type ReachDeps, reachHost } from './reach-host.ts'

/** From the request to the end of the body. */
const timeoutMs = 30_000
const maxRedirects = 10
const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])
/** Headers that were meant for the first host only. */
const hostHeaders = ['authorization', 'cookie', 'proxy-authorization'] as const

/**
 * `fetch` through the gate: one decision for each method, host and port. A redirect elsewhere is a new request, with a
 * decision of its own and without the first host's credentials. A name is resolved once: what was checked is what is connected to.
 * The outcome is settled when the headers are there.
 *
 * @throws CodexError `permission.denied`, `tool.failed` (not HTTP, too many redirects); what `fetch` throws; the abort reason
 */
export async function gatedFetch(
  url: string,
  init: RequestInit,
  deps: ReachDeps,
  signal: AbortSignal,
): Promise<Response> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs), ...(init.signal ? [init.signal] : [])])
  let target = parseUrl(url)
  let request: RequestInit = { ...init, signal: limit, redirect: 'manual' }
  for (let redirects = 0; redirects <= maxRedirects; redirects++) {
    const current = target
    const reaching = reachHost(
      { method: (request.method ?? 'GET').toUpperCase(), ...placeOf(current) },
      (addresses) => fetchAt(current, request, addresses, limit),
      (answer) => `status ${answer.status}`,
      deps,
      limit,
    )
    const response = await (redirects === 0 ? reaching : reaching.catch(named(current.host, limit)))
    const location = response.headers.get('location')
    const isRedirect = redirectStatuses.has(response.status) && location !== null
    if (!isRedirect || init.redirect === 'manual') return response
    await response.body?.cancel()
    if (init.redirect === 'error')
      throw new CodexError('tool.failed', `${current.host} redirects, which was not wanted`)
    target = parseUrl(location, current)
    request = redirectedRequest(request, response.status, current, target)
  }
  throw new CodexError('tool.failed', `More than ${maxRedirects} redirects from ${parseUrl(url).host}`)
}

/** Who asked for another host is told which one it was. */
function named(host: string, signal: AbortSignal): (error: unknown) => never {
  return (error) => {
    if (signal.aborted || isCodexError(error)) throw error
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    throw new CodexError('tool.failed', `it leads to ${host}, where nothing answers (${reason})`, { cause: error })
  }
}

function parseUrl(url: string, base?: URL): URL {
  const parsed = URL.parse(url, base?.href)
  if (parsed && (parsed.protocol === 'http:' || parsed.protocol === 'https:')) return parsed
  throw new CodexError('tool.failed', 'Only http and https addresses can be fetched')
}

/** What fetch does itself (Fetch standard, "HTTP-redirect fetch"): see-other, and POST moved, become GET without the body. */
function redirectedRequest(request: RequestInit, status: number, from: URL, to: URL): RequestInit {
  const method = (request.method ?? 'GET').toUpperCase()
  const headers = new Headers(request.headers)
  if (from.origin !== to.origin) for (const name of hostHeaders) headers.delete(name)
  const becomesGet = status === 303 ? method !== 'HEAD' : method === 'POST' && status <= 302
  if (!becomesGet) {
    if (request.body instanceof ReadableStream) {
      throw new CodexError('tool.failed', `${from.host} redirects, and a streamed body cannot be sent twice`)
    }
    return { ...request, headers }
  }
  for (const name of ['content-length', 'content-type', 'content-encoding']) headers.delete(name)
  const { body: _, ...rest } = request
  return { ...rest, method: 'GET', headers }
}

/** The host is without the brackets of an IPv6 address. */
function placeOf({ protocol, hostname, port }: URL) {
  const isSecure = protocol === 'https:'
  return {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? (isSecure ? 443 : 80) : Number(port),
    protocol: isSecure ? ('https' as const) : ('http' as const),
  }
}
