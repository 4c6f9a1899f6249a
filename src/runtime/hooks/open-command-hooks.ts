import type { CommandHook } from '../../definitions/hooks/command-hook.ts'
import { lazily } from '../../kernel/lazily.ts'
import type { HookInForce } from '../../kernel/run-hooks.ts'
import type { ChosenBackend } from '../../sandbox/choose-backend.ts'
import { commandEnvironment } from '../../sandbox/command-environment.ts'
import { loginShell } from '../../sandbox/login-shell.ts'
import type { AuditLog } from '../../security/audit/open-audit.ts'
import { holdService } from '../hold-service.ts'
import type { Kernel } from '../load-kernel.ts'
import type { ThreadSecurity } from '../open-thread-security.ts'
import { commandHooks } from './command-hooks.ts'

/** The thread that the hooks belong to. */
export interface HookHost {
  readonly kernel: Kernel
  readonly audit: AuditLog
  redact(text: string): string
  readonly isAsked: boolean
  readonly backend: () => Promise<ChosenBackend>
  /** Asked for once the thread has it, by the first hook that runs. */
  security(): Pick<ThreadSecurity, 'profile' | 'profileNamed' | 'gate' | 'unaskedGateUnder'>
}

/**
 * The programs that files name, held by the profile of the thread: what narrows its agent or command is no matter of theirs. Nobody is asked about what
 * they reach: the question itself would run hooks.
 */
export function openCommandHooks(
  named: readonly CommandHook[],
  { kernel, audit, redact, isAsked, backend, security }: HookHost,
): readonly HookInForce[] {
  const { options, loaded, places } = kernel
  const ids = { CODEX_VERSION: options.version }
  const env = commandEnvironment(options.env, loaded.config.shell_environment_policy, ids)
  // Of the profile alone: a thread's id only names its records.
  const permissions = lazily(async () => security().gate('hooks', []).permissions)
  return commandHooks(named, {
    workspaceRoot: places.workspaceRoot,
    exec: { env, places, backend: async () => (await backend()).backend },
    shell: loginShell(options.env),
    audit,
    redact,
    thread: { model: loaded.config.model ?? '', isAsked },
    async hold(request) {
      const { profile, profileNamed, unaskedGateUnder } = security()
      const gate = { permissions: await permissions() }
      const held = { profile, profileNamed, gateUnder: unaskedGateUnder }
      return await holdService(request, { threadId: 'hooks', gate, security: held, places })
    },
  })
}
