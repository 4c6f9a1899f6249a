import type { Activator } from '../kernel/activate.ts'
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
  const contributions = hooks.map((hook) => ({
    hook,
    plugin: {
      name: 'the plugin under test',
      version: '0.0.0',
      root: '.',
      layer: 'plugin' as const,
      contributes: noContributions,
    },
    entry: { event: hook.event, module: './hook.js', timeout_ms: defaultTimeoutMs },
  }))
  const activator: Pick<Activator, 'hook'> = {
    async hook(contribution) {
      const found = contributions.find((each) => each === contribution)
      if (!found) throw new CodexError('internal', 'A hook was asked for that is not of this test')
      return found.hook
    },
  }
  return createHookRunner(contributions, {
    activator,
    report(diagnostic) {
      throw new CodexError('plugin.module', diagnostic.message)
    },
  })
}

const noContributions = {
  skills: [],
  tools: [],
  toolSources: [],
  providers: [],
  sandboxes: [],
  hooks: [],
  handlers: [],
  routers: [],
  definitionKinds: [],
  observers: [],
  agents: [],
  commands: [],
  profiles: [],
  policies: [],
}
