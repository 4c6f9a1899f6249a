import type { Origin, PermissionLayer, Task, ThreadCeiling } from '../../plugin-api/index.ts'
import { noneAllowed, pathDimension } from '../../security/permissions/dimension-of.ts'
import { expandPattern } from '../../security/permissions/expand-pattern.ts'
import { everything } from '../../security/permissions/intersect.ts'
import type { ToolFacts } from '../../security/permissions/tool-facts.ts'
import { untrustedLayer } from '../../security/permissions/untrusted-layer.ts'
import type { Places } from '../../security/places.ts'

/**
 * What bounds the thread of a task beside its profile and its agent: it writes what its `write` names and nothing else, by a command as by a
 * tool. The settings are the loosest that there are, so that those of the profile hold.
 *
 * @param origin of the workflow: that of a repository that is not trusted only reads
 */
export function taskCeiling(
  { id, write }: Pick<Task, 'id' | 'write'>,
  origin: Origin | undefined,
  { tools, places }: { readonly tools: readonly ToolFacts[]; readonly places: Places },
): ThreadCeiling {
  const globs = write.flatMap((glob) => expandPattern(glob, 'allow', places))
  const scope = globs.length === 0 ? noneAllowed : pathDimension({ allow: globs })
  const own: PermissionLayer = {
    name: `write of task ${id}`,
    permissions: { ...everything, write: scope },
    ...(origin && { file: origin.file }),
  }
  return {
    layers: origin && !origin.trusted ? [own, untrustedLayer(origin, tools)] : [own],
    temp: 'host',
    protection: 'lifted',
    sandbox: 'none',
    approval_policies: [],
  }
}
