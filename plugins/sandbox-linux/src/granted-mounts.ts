import { lstatSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Opening, SandboxPolicy } from 'codex-kernel/plugin-api'
import { isWithin } from './is-within.ts'
import type { Mount } from './mount.ts'
import { openAsNamed } from './open-as-named.ts'
import { type StagedDirectory, stageDirectory } from './staged-directory.ts'

/** What a person allowed besides what the policy opens. */
export interface GrantedMounts {
  /** Paths that exist and may be written. */
  readonly writable: readonly string[]
  /** Of paths that exist in the machine's temp directory and may be read, where a private one hides it. What is writable below them is mounted over them. */
  readonly shown: readonly Mount[]
  /** Of other paths that exist. */
  readonly existing: readonly Mount[]
  /** Of directories in which some entry may be made. */
  readonly staged: readonly Mount[]
  /** Puts in place what was made. */
  conclude(): string | undefined
  release(): void
}

/**
 * @param shows whether an entry of a directory of the host is to be seen
 * @param give hands a descriptor on to the sandbox and gives its number there; it is closed with the command
 * @throws CodexError `sandbox.failed`: a path leads elsewhere by now, or cannot be made
 */
export function grantedMounts(
  policy: SandboxPolicy,
  shows: (path: string) => boolean,
  give: (fd: number) => number,
): GrantedMounts {
  const isHidden = (path: string): boolean => policy.temp === 'private' && isWithin(path, '/tmp')
  const granted = (policy.granted ?? []).filter(
    ({ access, path }) =>
      !policy.writable.some((root) => isWithin(path, root)) &&
      (access === 'write' || policy.readable !== 'all' || isHidden(path)),
  )
  const existing = granted.filter(({ path }) => exists(path))
  const missing = granted.filter(({ access, path }) => access === 'write' && !exists(path)).map(({ path }) => path)
  const byDirectory = Map.groupBy(missing, existingParent)
  const staged: StagedDirectory[] = []
  try {
    for (const [directory, wanted] of byDirectory) {
      const denied = [...policy.readOnly, ...policy.denyRead]
      staged.push(stageDirectory({ directory, wanted, shows, denied, give }))
    }
    const mountOf = ({ access, path }: Opening): Mount => ({
      path,
      shows: 'host',
      args: [access === 'write' ? '--bind-fd' : '--ro-bind-fd', String(give(openAsNamed(path))), path],
    })
    const isShown = ({ access, path }: Opening): boolean => access === 'read' && isHidden(path)
    return {
      writable: existing.flatMap(({ access, path }) => (access === 'write' ? path : [])),
      shown: existing.filter(isShown).map(mountOf),
      existing: existing.filter((opening) => !isShown(opening)).map(mountOf),
      staged: staged.flatMap(({ mounts }) => mounts),
      conclude: () => staged.flatMap((each) => each.conclude() ?? []).join('\n') || undefined,
      release: () => releaseAll(staged),
    }
  } catch (error) {
    releaseAll(staged)
    throw error
  }
}

function releaseAll(staged: readonly StagedDirectory[]): void {
  for (const each of staged) each.release()
}

function existingParent(path: string): string {
  const parent = dirname(path)
  return exists(parent) ? parent : existingParent(parent)
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
}
