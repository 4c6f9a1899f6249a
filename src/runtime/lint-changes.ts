import type { Diagnostic } from '../plugin-api/diagnostic.ts'
import type { ReloadChange } from '../plugin-api/kernel-client.ts'
import { knownTools } from './known-tools.ts'
import { lintFile } from './lint-file.ts'
import { lintKinds } from './lint-kinds.ts'
import type { Snapshot } from './open-snapshot.ts'

/** The changes, with what the lint has to say of the files that load. */
export async function lintChanges(
  changes: readonly ReloadChange[],
  { kernel, store }: Snapshot,
): Promise<readonly ReloadChange[]> {
  const kinds = lintKinds(kernel)
  const [agents, own, project] = await Promise.all([store.agents(), store.profiles(), store.projectProfiles()])
  const known = {
    agents: agents.effective,
    profiles: [...own.effective, ...project.effective],
    ...knownTools(kernel),
  }
  return await Promise.all(
    changes.map(async (change) => {
      const { file, problems } = change
      const kind = kinds.find(({ id }) => id === change.kind)
      const isLoaded = change.change !== 'removed' && change.change !== 'broken'
      if (kind === undefined || file === undefined || !isLoaded) return change
      const found = (await lintFile(kind, file, known)).filter((each) => !isKnown(each, problems))
      return { ...change, problems: [...problems, ...found] }
    }),
  )
}

function isKnown({ message, line }: Diagnostic, known: readonly Diagnostic[]): boolean {
  return known.some((each) => each.message === message && each.line === line)
}
