import type { PermissionLayer } from '../../plugin-api/index.ts'
import type { Places } from '../places.ts'
import { pathDimension } from './dimension-of.ts'
import { expandPattern } from './expand-pattern.ts'
import { everything } from './intersect.ts'
import { isAtOrBelow } from './path-pattern.ts'

/**
 * A layer that lets a task write what these globs match, relative to the root of the workspace, and nothing else there; caches and temp stay as
 * the profile has them, since programs that only read a workspace write them too. Other dimensions are not narrowed.
 *
 * @throws CodexError `definition.invalid` for a pattern that no path can be compared with
 */
export function writeScopeLayer(task: string, globs: readonly string[], places: Places): PermissionLayer {
  const { workspaceRoot, tempDir } = places
  // A workspace in the temp directory is not all open because that is.
  const besides = isAtOrBelow(workspaceRoot, tempDir) ? [':caches'] : [':tmp', ':caches']
  const allow = [
    ...globs.flatMap((glob) => expandPattern(glob, 'allow', places)),
    ...besides
      .flatMap((place) => expandPattern(place, 'allow', places))
      .filter((place) => !isAtOrBelow(workspaceRoot, place)),
  ]
  return { name: `write of task ${task}`, permissions: { ...everything, write: pathDimension({ allow }) } }
}
