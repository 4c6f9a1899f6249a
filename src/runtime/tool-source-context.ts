import { resolve } from 'node:path'
import { CodexError } from '../plugin-api/errors.ts'
import type {
  ActionOutcome,
  AskPerson,
  Service,
  ServiceRequest,
  ToolSourceContext,
  WrappedCommand,
} from '../plugin-api/index.ts'
import type { StartedService } from '../sandbox/start-service.ts'
import type { AuditLog } from '../security/audit/open-audit.ts'
import type { Gate } from '../security/gate.ts'
import { couldAllow } from '../security/permissions/could-allow.ts'
import { sourcePrefix } from '../security/permissions/source-prefix.ts'
import type { ExecDeps } from '../tools/context/exec.ts'
import { confineService, type ServiceExec } from './confine-service.ts'
import type { HeldService } from './hold-service.ts'
import type { HttpClient } from './http-client.ts'
import { originsOf, textsIn } from './named-origins.ts'
import { createRecordedSend } from './recorded-send.ts'

type Table = Readonly<Record<string, unknown>>

export interface ToolSourceContextDeps {
  /** Id of the source. */
  readonly source: string
  readonly settings: Table
  readonly userSettings: Table
  readonly threadId: string
  readonly cwd: string
  readonly workspaceRoot: string
  readonly agent?: ToolSourceContext['agent']
  readonly isUnguarded: boolean
  readonly env: Readonly<Record<string, string | undefined>>
  readonly gate: Gate
  readonly exec: ServiceExec & Pick<ExecDeps, 'supplies'>
  /** What a program is held to. @throws CodexError `usage.unknown_definition`, `definition.invalid` */
  hold(request: ServiceRequest): Promise<HeldService>
  readonly audit: AuditLog
  readonly send: HttpClient
  readonly ask?: AskPerson | undefined
  redact(text: string): string
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
      env: (name) => (texts.has(name) ? deps.env[name] : undefined),
      start: async (request, signal) => {
        const service = await start(request, deps, signal)
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

/** A program that the configuration names: it is not asked for, it is recorded, and the sandbox holds it. */
async function start(request: ServiceRequest, deps: ToolSourceContextDeps, signal: AbortSignal): Promise<Service> {
  const { exec, audit, threadId } = deps
  const cwd = resolve(deps.workspaceRoot, request.cwd ?? '.')
  const held = await deps.hold(request)
  const action = { kind: 'exec', script: request.argv.join(' '), shell: '', cwd } as const
  const reason = `The configuration names this program. It runs under ${held.confinement.summary}.`
  const why = { layer: request.name, rule: 'command', reason }
  const record = await audit.append({ type: 'decision', thread: threadId, outcome: 'allow', action, ...why })
  const settle = async (outcome: ActionOutcome) => {
    audit.appendSoon({ type: 'outcome', thread: threadId, of: record, ...outcome })
  }
  const { startService } = await import('../sandbox/start-service.ts')
  let command: WrappedCommand | undefined
  let service: StartedService
  try {
    command = await confineService(request, cwd, { held, exec }, signal)
    const place = held.confinement.isUnheld ? cwd : (command.cwd ?? '/')
    service = await startService({ ...command, cwd: place }, deps.redact, exec.supplies, signal)
  } catch (error) {
    await command?.cleanup()
    await settle({ status: 'failed', detail: 'not started' })
    throw error
  }
  const { cleanup } = command
  let ended: Promise<void> | undefined
  return {
    ...service,
    confinement: held.confinement,
    takeRefusedHosts: () =>
      held.network
        .takeDenials()
        .flatMap(({ action }) => (action.kind === 'network' ? [`${action.host}:${action.port}`] : [])),
    end() {
      ended ??= service.end().then(async () => {
        const exitCode = await service.exited
        await cleanup()
        await settle({ status: 'done', exitCode })
      })
      return ended
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
