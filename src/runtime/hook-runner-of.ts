import { createHookRunner, type HookRunner } from '../kernel/run-hooks.ts'
import { CodexError } from '../plugin-api/errors.ts'
import type { Hook } from '../plugin-api/index.ts'

/** Ten seconds, as a manifest that says nothing gives. */
const defaultTimeoutMs = 10_000

/**
 * The program's own runner of hooks, over hooks that are at hand instead of contributed. Where the program would only
 * report that a hook failed, it throws: a test has to see it.
 */
export function hookRunnerOf(hooks: readonly Hook[]): HookRunner {
  const inForce = hooks.map((hook) => ({
    event: hook.event,
    matches: () => true,
    timeoutMs: defaultTimeoutMs,
    name: 'the plugin under test',
    file: './hook.js',
    load: async () => hook,
  }))
  return createHookRunner(inForce, {
    report(diagnostic) {
      throw new CodexError('plugin.module', diagnostic.message)
    },
  })
}
