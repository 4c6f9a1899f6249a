import { brokenDefinition } from '../definitions/broken-definition.ts'
import type { Definition, ProfileDefinition } from '../plugin-api/index.ts'
import { userConfig } from './config-of-layers.ts'
import { openDefinitionStore } from './definition-store.ts'
import { loadKernel } from './load-kernel.ts'
import { namedProfile, threadProfile } from './open-thread-security.ts'
import type { RuntimeOptions } from './runtime-options.ts'
import type { SelectedProfile } from './select-profile.ts'

/** What a thread under a profile would be held to in a workspace. */
export interface DescribedProfile {
  readonly id: string
  /** Files that have a say, in order; each narrows those before it. */
  readonly files: readonly DescribedFile[]
  /** What flags and configuration add to the first of them, as they name it. */
  readonly additions: readonly string[]
}

export interface DescribedFile {
  readonly profile: Definition<ProfileDefinition>
  /** Whether it belongs to the profile itself; the others narrow it from beside. */
  readonly isOwn: boolean
}

/** A profile by its id; without one, that of a thread that started now. @throws CodexError `config.*`, `home.missing`, `usage.unknown_definition`, `definition.invalid` */
export async function describeProfile(id: string | undefined, options: RuntimeOptions): Promise<DescribedProfile> {
  const kernel = await loadKernel(options)
  const deps = { kernel, store: openDefinitionStore(kernel) }
  const selected = id === undefined ? await threadProfile(undefined, deps) : await profileNamed(id, deps)
  const files = selected.chains.flatMap(({ chain }, index) => chain.map((profile) => ({ profile, isOwn: index === 0 })))
  const said = userConfig(kernel.loaded.layers).sandbox_workspace_write
  const isSaid = Object.values(said ?? {}).some((value) => (Array.isArray(value) ? value.length > 0 : value === true))
  const additions = [
    ...(isSaid ? ['[sandbox_workspace_write]'] : []),
    ...(options.settings.addDirs?.length ? ['--add-dir'] : []),
  ]
  return { id: selected.id, files, additions }
}

/** A profile whose file did not load is told with what is wrong in it. */
async function profileNamed(id: string, deps: Parameters<typeof namedProfile>[1]): Promise<SelectedProfile> {
  try {
    return await namedProfile(id, deps)
  } catch (error) {
    const loaded = await Promise.all([deps.store.profiles(), deps.store.projectProfiles()])
    const broken = brokenDefinition(
      id,
      loaded.flatMap(({ diagnostics }) => diagnostics),
    )
    throw broken ?? error
  }
}
