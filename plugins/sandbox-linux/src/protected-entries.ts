import { lstatSync } from 'node:fs'
import { basename, dirname, join, relative, sep } from 'node:path'
import { CodexError, type SandboxPolicy } from 'codex-kernel/plugin-api'
import { isWithin } from './is-within.ts'
import { isHeldPlaceholder } from './placeholder.ts'

/** What has to be done so that a protected path stays as it is. */
export interface ProtectedEntry {
  readonly path: string
  /** Missing: it has to be made empty first, as this kind. */
  readonly missing?: 'file' | 'directory'
  /** Directories between the writable root and the path: none of them may be renamed from under it. */
  readonly ancestors: readonly string[]
}

/** Names that are files where they exist at all. */
const fileNames = new Set(['config', 'attributes', 'commondir'])

/**
 * The entries of `policy.readOnly` that lie in something writable, outermost first; those below another are left out.
 * Where an ancestor is missing the ancestor stands for the path, and where it is a file (a `.git` file) the file does.
 * @throws CodexError `sandbox.failed` for a symbolic link: what it leads to can be exchanged
 */
export function protectedEntries(policy: Pick<SandboxPolicy, 'readOnly' | 'writable'>): readonly ProtectedEntry[] {
  const entries = new Map<string, ProtectedEntry>()
  for (const path of [...policy.readOnly].sort(byDepth)) {
    const root = [...policy.writable].sort(byDepth).find((writable) => isWithin(path, writable))
    if (root === undefined) continue
    const entry = entryOf(path, root)
    if (![...entries.keys()].some((known) => isWithin(entry.path, known))) entries.set(entry.path, entry)
  }
  return [...entries.values()]
}

function entryOf(path: string, root: string): ProtectedEntry {
  const ancestors: string[] = []
  let current = root
  for (const name of relative(root, path).split(sep).filter(Boolean)) {
    if (current !== root) ancestors.push(current)
    current = join(current, name)
    const status = lstatSync(current, { throwIfNoEntry: false })
    if (status?.isSymbolicLink()) throw symlinked(current)
    if (status === undefined || (current !== path && !status.isDirectory())) break
  }
  const isMissing = lstatSync(current, { throwIfNoEntry: false }) === undefined || isHeldPlaceholder(current)
  return { path: current, ancestors, ...(isMissing ? { missing: kindOf(current, path) } : {}) }
}

/** A missing path's kind, by its name: those with an ending, and what git keeps as files, are files. */
function kindOf(current: string, path: string): 'file' | 'directory' {
  if (current !== path) return 'directory'
  const name = basename(path)
  return fileNames.has(name) || /[^.]\.[a-z]+$/i.test(name) ? 'file' : 'directory'
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
