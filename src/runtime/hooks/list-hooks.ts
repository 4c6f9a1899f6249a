import { join } from 'node:path'
import type { CommandHook } from '../../definitions/hooks/command-hook.ts'
import type { HookEntry } from '../../plugin-api/hook.ts'
import type { SecurityDeps } from '../open-thread-security.ts'
import { findHooks } from './find-hooks.ts'

/** The hooks that a thread here would run, in their order, and then those that wait to be confirmed. */
export async function listHooks({
  kernel,
  store,
}: Pick<SecurityDeps, 'kernel' | 'store'>): Promise<readonly HookEntry[]> {
  const { hooks } = await store.hooks()
  const places = findHooks(kernel)
  const waiting = places === undefined ? [] : await (await import('./load-hooks.ts')).waitingHooks(places, kernel)
  const ofPlugins = kernel.registry.hooks.map(({ plugin, entry }): HookEntry => {
    const { event, module, matcher, timeout_ms: timeoutMs } = entry
    const file = join(plugin.root, 'package.json')
    return {
      event,
      ...(matcher !== undefined && { matcher }),
      plugin: plugin.name,
      runs: module,
      timeoutMs,
      file,
      state: 'in_force',
    }
  })
  return [
    ...ofPlugins,
    ...hooks.map((hook) => entryOf(hook, 'in_force')),
    ...waiting.map((hook) => entryOf(hook, 'waiting')),
  ]
}

function entryOf(
  { event, matcher, command, profile, timeoutMs, file, line }: CommandHook,
  state: HookEntry['state'],
): HookEntry {
  const more = { ...(matcher !== undefined && { matcher }), ...(profile !== undefined && { profile }) }
  return { event, ...more, runs: command, timeoutMs, file, ...(line !== undefined && { line }), state }
}
