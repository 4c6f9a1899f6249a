import type { Origin, Task, ThreadCeiling } from '../../plugin-api/index.ts'
import type { ToolFacts } from '../../security/permissions/tool-facts.ts'
import { untrustedLayer } from '../../security/permissions/untrusted-layer.ts'
import { writeScopeLayer } from '../../security/permissions/write-scope-layer.ts'
import type { Places } from '../../security/places.ts'

/**
 * What bounds the thread of a task beside its profile and its agent: of the workspace it writes what its `write` names and nothing else, by a
 * command as by a tool. The settings are the loosest that there are, so that those of the profile hold.
 *
 * @param origin of the workflow: that of a repository that is not trusted only reads
 * @param facts `places`: where the task works, which may be a copy
 */
export function taskCeiling(
  { id, write }: Pick<Task, 'id' | 'write'>,
  origin: Origin | undefined,
  { tools, places }: { readonly tools: readonly ToolFacts[]; readonly places: Places },
): ThreadCeiling {
  const own = { ...writeScopeLayer(id, write, places), ...(origin && { file: origin.file }) }
  return {
    layers: origin && !origin.trusted ? [own, untrustedLayer(origin, tools)] : [own],
    temp: 'host',
    protection: 'lifted',
    sandbox: 'none',
    approval_policies: [],
  }
}
