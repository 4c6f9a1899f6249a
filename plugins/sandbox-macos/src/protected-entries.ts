import { lstatSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { CodexError, type SandboxPolicy } from 'codex-kernel/plugin-api'
import { isWithin } from './is-within.ts'
import { realPlace } from './real-place.ts'

/** Something inside of what may be written that has to stay as it is. */
export interface ProtectedEntry {
  readonly path: string
  /** True: there is none, and none may be made. */
  readonly isMissing: boolean
}

/**
 * The entries of `policy.readOnly` that lie in something writable; those below another are left out. Where an ancestor is missing the
 * ancestor stands for the path, and where it is a file (a `.git` file) the file does.
 * @throws CodexError `sandbox.failed` for a symbolic link: what it leads to can be exchanged
 */
export function protectedEntries(policy: Pick<SandboxPolicy, 'readOnly' | 'writable'>): readonly ProtectedEntry[] {
  const entries = new Map<string, ProtectedEntry>()
  for (const path of policy.readOnly.toSorted(byDepth)) {
    const root = policy.writable.toSorted(byDepth).find((writable) => isWithin(path, writable))
    if (root === undefined) continue
    const entry = entryOf(path, root)
    if (![...entries.keys()].some((known) => isWithin(entry.path, known))) entries.set(entry.path, entry)
  }
  return [...entries.values()]
}

/** The directories from the writable root down to the parent of a path: none of them may be renamed from around it. */
export function ancestorsOf(path: string, root: string): readonly string[] {
  if (path === root) return [root]
  return [...ancestorsOf(dirname(path), root), path]
}

function entryOf(path: string, root: string): ProtectedEntry {
  let current = root
  for (const name of relative(root, path).split(sep).filter(Boolean)) {
    current = join(current, name)
    const status = lstatSync(current, { throwIfNoEntry: false })
    if (status === undefined) return { path: current, isMissing: true }
    if (status.isSymbolicLink()) throw symlinked(current)
    if (!status.isDirectory()) break
  }
  return { path: realPlace(current), isMissing: false }
}

function symlinked(path: string): CodexError {
  return new CodexError('sandbox.failed', `${path} must stay as it is, but it is a symbolic link.`, {
    hint: `Replace the link by what it leads to, or remove it from ${dirname(path)}.`,
  })
}

/** Outer paths before inner ones. */
export function byDepth(a: string, b: string): number {
  return a.split(sep).length - b.split(sep).length || (a < b ? -1 : a > b ? 1 : 0)
}
