import { basename, relative } from 'node:path'
import { diagnosticOfError } from '../definitions/diagnostic-of-error.ts'
import type { CommandHook, ReadHooks } from '../definitions/hooks/command-hook.ts'
import type { Diagnostic } from '../plugin-api/diagnostic.ts'
import { isCodexError } from '../plugin-api/errors.ts'
import type { Definition } from '../plugin-api/origin.ts'
import type { Snapshot } from './open-snapshot.ts'

/** All definitions of one kind in a snapshot, and what is wrong with its files. */
export interface LoadedKind {
  readonly kind: string
  readonly effective: readonly Definition<unknown>[]
  readonly diagnostics: readonly Diagnostic[]
}

/** Loads every kind of definition of a snapshot. A kind whose plugin's module does not load has none, and says why. */
export async function loadedKinds({ kernel, store }: Snapshot): Promise<readonly LoadedKind[]> {
  const [command, agent, skill, own, project, policy, hooks] = await Promise.all([
    store.commands(),
    store.agents(),
    store.skills(),
    store.profiles(),
    store.projectProfiles(),
    store.policies(),
    store.hooks(),
  ])
  const kinds = kernel.registry.modules('definitionKinds').map(async ({ id, plugin }): Promise<LoadedKind> => {
    try {
      return { kind: id, ...(await store.kind(id)) }
    } catch (error) {
      return { kind: id, effective: [], diagnostics: [unloaded(error, `${plugin.root}/package.json`)] }
    }
  })
  return [
    { kind: 'command', ...command },
    { kind: 'agent', ...agent },
    { kind: 'skill', ...skill },
    {
      kind: 'profile',
      effective: [...own.effective, ...project.effective],
      diagnostics: [...own.diagnostics, ...project.diagnostics],
    },
    { kind: 'policy', ...policy },
    { kind: hooksKind, effective: hookFiles(hooks, kernel.places.workspaceRoot), diagnostics: hooks.diagnostics },
    ...(await Promise.all(kinds)),
  ]
}

const hooksKind = 'hooks'

/** Each `hooks.json` with the hooks that it has in force. Hooks of the configuration are told with its keys. */
function hookFiles({ hooks }: ReadHooks, workspaceRoot: string): readonly Definition<readonly CommandHook[]>[] {
  const files = Map.groupBy(hooks, ({ file }) => file)
  return [...files].flatMap(([file, value]) => {
    const layer = value[0]?.layer
    if (layer === undefined || basename(file) !== 'hooks.json') return []
    const id = layer === 'user' ? basename(file) : relative(workspaceRoot, file)
    return [{ kind: hooksKind, id, value, origin: { layer, file, trusted: true }, shadows: [] }]
  })
}

function unloaded(error: unknown, file: string): Diagnostic {
  if (isCodexError(error)) return diagnosticOfError(error, error.location?.file ?? file, error.code)
  return { severity: 'error', code: 'plugin.module', message: String(error), file }
}
