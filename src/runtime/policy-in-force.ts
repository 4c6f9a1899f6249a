import type { ExecPolicy } from '../security/exec-policy/exec-policy.ts'
import { openDefinitionStore } from './definition-store.ts'
import { execPolicyOf } from './exec-policy-of.ts'
import { loadKernel } from './load-kernel.ts'
import type { RuntimeOptions } from './runtime-options.ts'
import { assertRestrictionsRead } from './unread-settings.ts'

/**
 * What the commands of a thread that started now would be judged by.
 *
 * @throws CodexError where none could start, as it would say it: `config.*`, `home.missing`, `definition.blocking`
 */
export async function policyInForce(options: RuntimeOptions): Promise<ExecPolicy> {
  const kernel = await loadKernel(options)
  const store = openDefinitionStore(kernel)
  await store.assertSafe()
  assertRestrictionsRead(kernel.loaded)
  return await execPolicyOf(undefined, store)
}
