import { join } from 'node:path'
import type { HookEntry } from '../../plugin-api/hook.ts'
import type { SecurityDeps } from '../open-thread-security.ts'

/** The hooks that a thread here would run, in their order. */
export async function listHooks({
  kernel,
  store,
}: Pick<SecurityDeps, 'kernel' | 'store'>): Promise<readonly HookEntry[]> {
  const { hooks } = await store.hooks()
  const ofPlugins = kernel.registry.hooks.map(({ plugin, entry }): HookEntry => {
    const { event, module, matcher, timeout_ms: timeoutMs } = entry
    const file = join(plugin.root, 'package.json')
    return { event, ...(matcher !== undefined && { matcher }), plugin: plugin.name, runs: module, timeoutMs, file }
  })
  const ofFiles = hooks.map(({ event, matcher, command, profile, timeoutMs, file, line }): HookEntry => {
    const more = { ...(matcher !== undefined && { matcher }), ...(profile !== undefined && { profile }) }
    return { event, ...more, runs: command, timeoutMs, file, ...(line !== undefined && { line }) }
  })
  return [...ofPlugins, ...ofFiles]
}
