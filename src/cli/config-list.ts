import { knownKeys } from '../config/field-facts.ts'
import { parseKeyPath } from '../config/parse-key-path.ts'
import type { KernelClient } from '../plugin-api/kernel-client.ts'
import type { RuntimeOptions } from '../runtime/runtime-options.ts'
import { unsetKey } from './config-key.ts'
import { securityWithout } from './security-text.ts'

/** Each value in force and the layer that said it, of the keys that start so. @throws CodexError `config.invalid` with the nearest keys for a key that there is not */
export async function configList(
  key: string | undefined,
  { kernel, runtime }: { readonly kernel: KernelClient; readonly runtime: RuntimeOptions },
  signal: AbortSignal,
) {
  const result = await kernel.handle('config', key === undefined ? [] : [key], signal)
  if (result.type !== 'output') return undefined
  const isEmpty = Array.isArray(result.data) && result.data.length === 0
  if (key === undefined || !isEmpty) return result
  if (knownKeys().includes(key)) {
    const inForce = await securityWithout(key, runtime)
    return inForce === undefined ? result : { ...result, text: `${result.text}\n${inForce}` }
  }
  const parsed = parseKeyPath(key)
  throw unsetKey(
    'path' in parsed ? parsed.path : [key],
    (await kernel.config()).map((entry) => entry.key),
  )
}
