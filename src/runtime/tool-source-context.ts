import { resolve } from 'node:path'
import { CodexError } from '../plugin-api/errors.ts'
import type { AskPerson, Service, ServiceRequest, ToolSourceContext } from '../plugin-api/index.ts'
import type { AuditLog } from '../security/audit/open-audit.ts'
import type { Gate } from '../security/gate.ts'
import { couldAllow } from '../security/permissions/could-allow.ts'
import { sourcePrefix } from '../security/permissions/source-prefix.ts'
import type { ExecDeps } from '../tools/context/exec.ts'
import type { HttpClient } from './http-client.ts'
import { originsOf, textsIn } from './named-origins.ts'

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
  readonly exec: ExecDeps
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

/** A program that the configuration names: it is the user's choice, as a plugin is, so it is recorded and not asked for. */
async function start(request: ServiceRequest, deps: ToolSourceContextDeps, signal: AbortSignal): Promise<Service> {
  const { exec, audit, threadId } = deps
  const cwd = resolve(deps.workspaceRoot, request.cwd ?? '.')
  const action = { kind: 'exec', script: request.argv.join(' '), shell: '', cwd } as const
  const why = { layer: request.name, rule: 'command', reason: 'The configuration names this program.' }
  const record = await audit.append({ type: 'decision', thread: threadId, outcome: 'allow', action, ...why })
  const settle = async (status: 'done' | 'failed', detail: string) => {
    await audit.append({ type: 'outcome', thread: threadId, of: record, status, detail })
  }
  const { startService } = await import('../sandbox/start-service.ts')
  const env = { ...exec.env, ...request.env }
  const confined = request.sandbox ? await confine(request, cwd, env, deps, signal) : undefined
  const command = confined ?? { argv: request.argv, env, fds: {}, cleanup: async () => undefined }
  let service: Service
  try {
    const spec = { argv: command.argv, env: command.env, fds: command.fds, cwd: confined ? '/' : cwd }
    service = await startService(spec, deps.redact, exec.supplies, signal)
  } catch (error) {
    await command.cleanup()
    await settle('failed', 'not started')
    throw error
  }
  let ended: Promise<void> | undefined
  return {
    ...service,
    end() {
      ended ??= service.end().then(async () => {
        const exitCode = await service.exited
        await command.cleanup()
        await settle('done', `exit ${exitCode}`)
      })
      return ended
    },
  }
}

async function confine(
  request: ServiceRequest,
  cwd: string,
  env: Readonly<Record<string, string>>,
  { exec, gate }: ToolSourceContextDeps,
  signal: AbortSignal,
) {
  const backend = await exec.sandbox()
  // A profile that holds commands to nothing holds this to nothing.
  if (backend === 'none') return undefined
  if (backend === 'unavailable') {
    throw new CodexError('sandbox.unavailable', `No sandbox backend works here, so ${request.name} does not start`, {
      hint: 'See codex doctor.',
    })
  }
  const { buildSandboxPolicy } = await import('../security/sandbox-policy.ts')
  const { places, protection, temp } = exec
  const network = await exec.network.of(backend, signal)
  const policy = await buildSandboxPolicy({ permissions: gate.permissions, places, cwd, protection, temp, network })
  return await backend.wrap({ argv: request.argv, env }, policy)
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
  const method = (init.method ?? 'GET').toUpperCase()
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80))
  const action = { kind: 'network', method, host: url.hostname, port } as const
  const why = { layer: source, rule: 'url', reason: 'The configuration names this host.' }
  await audit.append({ type: 'decision', thread: threadId, outcome: 'allow', action, ...why })
  const { body, signal } = init
  const answer = await send(url, {
    method,
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
