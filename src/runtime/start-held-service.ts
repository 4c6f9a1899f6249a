import { resolve } from 'node:path'
import type { ActionOutcome, Service, ServiceRequest, WrappedCommand } from '../plugin-api/index.ts'
import type { StartedService } from '../sandbox/start-service.ts'
import type { AuditLog } from '../security/audit/open-audit.ts'
import type { ExecDeps } from '../tools/context/exec.ts'
import { confineService, type ServiceExec } from './confine-service.ts'
import type { HeldService } from './hold-service.ts'

/** What starting a program beside a thread needs. */
export interface StartServiceDeps {
  readonly threadId: string
  readonly workspaceRoot: string
  readonly exec: ServiceExec & Pick<ExecDeps, 'supplies'>
  /** What a program is held to. @throws CodexError `usage.unknown_definition`, `definition.invalid` */
  hold(request: ServiceRequest): Promise<HeldService>
  readonly audit: Pick<AuditLog, 'append' | 'appendSoon'>
  redact(text: string): string
}

/** A program that the configuration names: it is not asked for, it is recorded, and the sandbox holds it. */
export async function startHeldService(
  request: ServiceRequest,
  deps: StartServiceDeps,
  signal: AbortSignal,
): Promise<Service> {
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
