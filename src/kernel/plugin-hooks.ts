import type { Activator } from './activate.ts'
import type { HookContribution } from './registry.ts'
import type { HookInForce } from './run-hooks.ts'
import { namesOfTool } from './tool-aliases.ts'

/** Hooks that plugins contribute, in the order of the registry; a module is imported when its hook is first asked. */
export function pluginHooks(
  contributions: readonly HookContribution[],
  activator: Pick<Activator, 'hook'>,
): readonly HookInForce[] {
  return contributions.map((contribution) => {
    const { plugin, entry } = contribution
    const matcher = entry.matcher === undefined ? undefined : new RegExp(`^(?:${entry.matcher})$`)
    return {
      event: entry.event,
      matches: (payload) =>
        matcher === undefined || !('tool' in payload) || namesOfTool(payload.tool).some((name) => matcher.test(name)),
      timeoutMs: entry.timeout_ms,
      name: plugin.name,
      file: `${plugin.root}/package.json`,
      load: () => activator.hook(contribution),
    }
  })
}
