import type { ConfinedRequest } from '../plugin-api/kernel-client.ts'
import type { ExecEvent } from '../plugin-api/tool.ts'
import { execScript } from '../tools/context/exec.ts'
import { createActionScope } from '../tools/context/gated-action.ts'
import { execDeps } from './exec-deps.ts'
import { openThreadSecurity, type SecurityDeps } from './open-thread-security.ts'

/**
 * Runs one script as a thread's commands run: gate, exec policy, sandbox, audit.
 *
 * @throws CodexError `permission.denied` before it starts, `sandbox.*`, `definition.*`; the abort reason
 */
export async function* runConfined(
  request: ConfinedRequest,
  deps: SecurityDeps,
  signal: AbortSignal,
): AsyncGenerator<ExecEvent> {
  const security = await openThreadSecurity(request, undefined, deps)
  try {
    const gate = security.gate('sandbox', [])
    const actions = createActionScope({ gate, denied: () => undefined, signal })
    const exec = execDeps({ CODEX_VERSION: deps.kernel.options.version }, gate, security, deps.kernel)
    const scope = { ...exec, gate, cwd: deps.kernel.options.cwd, callId: 'sandbox', redact: security.redact, signal }
    try {
      yield* execScript({ ...request, shell: '/bin/bash' }, actions, scope)
      for (const decision of exec.network.takeDenials()) request.denied?.(decision)
    } finally {
      await exec.close()
    }
  } finally {
    await security.audit.close()
  }
}
