import { ownValue } from '../config/table.ts'
import { CodexError } from '../plugin-api/errors.ts'
import type { AskPerson, Service, ToolSourceContext } from '../plugin-api/index.ts'
import type { AuditLog } from '../security/audit/open-audit.ts'
import type { Gate } from '../security/gate.ts'
import { couldAllow } from '../security/permissions/could-allow.ts'
import { sourcePrefix } from '../security/permissions/source-prefix.ts'
import type { HttpClient } from './http-client.ts'
import { originsOf, textsIn } from './named-origins.ts'
import { createRecordedSend } from './recorded-send.ts'
import { type StartServiceDeps, startHeldService } from './start-held-service.ts'

type Table = Readonly<Record<string, unknown>>

export interface ToolSourceContextDeps extends StartServiceDeps {
  /** Id of the source. */
  readonly source: string
  readonly settings: Table
  readonly userSettings: Table
  readonly cwd: string
  readonly agent?: ToolSourceContext['agent']
  readonly isUnguarded: boolean
  readonly env: Readonly<Record<string, string | undefined>>
  readonly gate: Gate
  readonly audit: AuditLog
  readonly send: HttpClient
  readonly ask?: AskPerson | undefined
  readonly version: string
}

/** What a source reaches, and the end of all that it started. */
export interface OpenSourceContext {
  readonly context: ToolSourceContext
  /** Ends the programs that still run. */
  end(): Promise<void>
}

/** All that a source can reach: what the configuration names, each start and request recorded. */
export function createToolSourceContext(deps: ToolSourceContextDeps): OpenSourceContext {
  const services = new Set<Service>()
  const texts = new Set(textsIn(deps.settings))
  const origins = originsOf(texts)
  return {
    context: {
      settings: deps.settings,
      userSettings: deps.userSettings,
      threadId: deps.threadId,
      cwd: deps.cwd,
      workspaceRoot: deps.workspaceRoot,
      ...(deps.agent && { agent: deps.agent }),
      isUnguarded: deps.isUnguarded,
      version: deps.version,
      isUsable: (group) => couldAllow(deps.gate.permissions.tools, sourcePrefix(deps.source, group)),
      env: (name) => (texts.has(name) ? ownValue(deps.env, name) : undefined),
      start: async (request, signal) => {
        const service = await startHeldService(request, deps, signal)
        services.add(service)
        return service
      },
      fetch: (url, init) => fetchNamed(url, init ?? {}, origins, deps),
      ask: async (request, signal) => (deps.ask ? await deps.ask(request, signal) : { type: 'nobody' }),
      redact: (text) => deps.redact(text),
    },
    async end() {
      await Promise.all([...services].map((service) => service.end()))
    },
  }
}

/** Statuses whose answers have no body (Fetch standard, "null body status"). */
const emptyStatuses: ReadonlySet<number> = new Set([101, 103, 204, 205, 304])

async function fetchNamed(
  address: string,
  init: RequestInit,
  origins: ReadonlySet<string>,
  { send, audit, threadId, source }: ToolSourceContextDeps,
): Promise<Response> {
  const url = new URL(address)
  if (!origins.has(url.origin)) {
    throw new CodexError(
      'permission.denied',
      `${url.origin} is not named in the configuration, so ${source} may not reach it`,
    )
  }
  const why = { layer: source, rule: 'url', reason: 'The configuration names this host.' }
  const { body, signal } = init
  const answer = await createRecordedSend({ send, audit, threadId, why })(url, {
    method: (init.method ?? 'GET').toUpperCase(),
    headers: Object.fromEntries(new Headers(init.headers)),
    ...(typeof body === 'string' && { body }),
    ...(signal && { signal }),
  })
  if (emptyStatuses.has(answer.status)) {
    answer.cancel()
    return new Response(null, { status: answer.status, headers: answer.headers })
  }
  return new Response(ReadableStream.from(answer.body), answer)
}
