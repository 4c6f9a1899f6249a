import { commandEnvironment } from '../sandbox/command-environment.ts'
import { createCommandSupplies } from '../sandbox/command-supplies.ts'
import { loginShell } from '../sandbox/login-shell.ts'
import type { Gate } from '../security/gate.ts'
import type { ExecDeps } from '../tools/context/exec.ts'
import type { Kernel } from './load-kernel.ts'
import type { ThreadSecurity } from './open-thread-security.ts'

/** How commands run under a gate: environment, shell, sandbox. `ids` are variables that every command gets. The caller closes the supplies. */
export function execDeps(
  ids: Readonly<Record<string, string>>,
  gate: Gate,
  security: ThreadSecurity,
  kernel: Kernel,
): ExecDeps {
  const { env } = kernel.options
  const { protection, temp } = security.profile.settings
  return {
    env: commandEnvironment(env, kernel.loaded.config.shell_environment_policy, ids),
    shell: loginShell(env),
    sandbox: async () => (gate.needsSandbox ? ((await security.backend()).backend ?? 'unavailable') : 'none'),
    places: kernel.places,
    protection,
    temp,
    supplies: createCommandSupplies(),
  }
}
