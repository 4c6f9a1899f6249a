import { lazily } from '../kernel/lazily.ts'
import { commandEnvironment, variableFilter } from '../sandbox/command-environment.ts'
import { loginShell } from '../sandbox/login-shell.ts'
import { createThreadSupplies, type ThreadSupplies } from '../sandbox/thread-supplies.ts'
import type { Gate } from '../security/gate.ts'
import type { ExecDeps } from '../tools/context/exec.ts'
import { openThreadExec } from '../tools/context/open-thread-exec.ts'
import { createSharedShellStates, type SharedShellStates } from '../tools/context/shell-states.ts'
import type { Kernel } from './load-kernel.ts'
import type { ThreadSecurity } from './open-thread-security.ts'

/** Bytes of a tool's output that a model sees at most: about 10,000 tokens, as Codex gives. */
export const maxOutputBytes = 40_000

/**
 * How commands run under a gate: environment, shell, sandbox. The caller closes it.
 *
 * @param ids variables that every command gets
 * @param supplies closed with it
 * @param shellStates what login files left in other threads of the run
 */
export function execDeps(
  ids: Readonly<Record<string, string>>,
  gate: Gate,
  security: ThreadSecurity,
  kernel: Kernel,
  supplies: ThreadSupplies = createThreadSupplies(),
  shellStates: SharedShellStates = createSharedShellStates(),
): ExecDeps {
  const { env } = kernel.options
  const { protection, temp, sandbox } = security.profile.settings
  const settings = kernel.loaded.config.shell_environment_policy
  const commandEnv = commandEnvironment(env, settings, ids)
  const { homeDir } = kernel.places
  const makeCaches = lazily(async () => {
    const { makeCacheDirectories } = await import('../sandbox/make-cache-directories.ts') // most turns start no command
    const home = { homeDir, searchPath: commandEnv.PATH ?? '', platform: process.platform }
    await makeCacheDirectories(gate.permissions, home)
  })
  const findSandbox = async () => {
    const [{ backend }] = await Promise.all([security.backend(), makeCaches()])
    return backend ?? 'unavailable'
  }
  const how = {
    env: commandEnv,
    shellStates: shellStates.within(boundsOf(gate), variableFilter(settings)),
    shell: loginShell(env),
    sandbox: async () => (gate.needsSandbox ? await findSandbox() : 'none'),
    isSandboxRequired: sandbox === 'required',
    places: kernel.places,
    protection,
    temp,
    gate,
    supplies,
  }
  const exec = openThreadExec(how, { directory: gate.outputsDir, minBytes: maxOutputBytes })
  return {
    ...exec,
    // Each call of a tool that starts commands asks for it.
    prepare: lazily(() => {
      // Who asks for it is told why there is none.
      if (gate.needsSandbox) security.backend().catch(() => undefined)
      exec.prepare()
    }),
  }
}

/** What decides what login files find. What may be written decides nothing of what they say. */
function boundsOf({ permissions: { read, network }, needsSandbox }: Gate): string {
  return JSON.stringify({ read, network, needsSandbox })
}
