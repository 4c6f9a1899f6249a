import { lstatSync, readdirSync, realpathSync, statSync } from 'node:fs'
import path from 'node:path'
import type { Permissions, SandboxPolicy } from '../plugin-api/index.ts'
import { isAtOrBelow, literalBase } from './permissions/path-pattern.ts'
import type { Places } from './places.ts'
import { protectedPaths, protectedPrograms, steeringNames } from './protected-paths.ts'
import { gitControlPaths } from './sandbox-policy/git-control-paths.ts'
import { isNamedToo } from './sandbox-policy/real-roots.ts'
import { rootsOfRule } from './sandbox-policy/roots-of-rule.ts'

export interface WriterPolicyInput {
  /** The ceiling, as `gate.permissions` has it; only what is allowed without asking counts. */
  readonly permissions: Permissions
  /** Real paths that may be written besides, each alone: what a person agreed to, and what the permissions name that is missing yet. */
  readonly opened: readonly string[]
  readonly places: Places
  readonly protection: 'on' | 'lifted'
}

/** What the permissions say that may be written, without what may be asked for. Absolute paths. */
export interface WritableRoots {
  /** Existing directories, real paths. */
  readonly directories: readonly string[]
  /** Files, and what does not exist. */
  readonly others: readonly string[]
}

/** More directories beside an opened path than this are not covered one by one. */
const maxSiblings = 400

/** Of globs over a part of a directory (`src/**\/*.ts`), which no operating system can hold, the directory: the gate holds the rest. */
export function writableRoots(permissions: Permissions): WritableRoots {
  const roots = rootsOfRule(permissions.write.allow)
  if (roots === 'all') return { directories: ['/'], others: [] }
  const all = [...roots.whole, ...roots.bases]
  // What a link leads to is written only where that is named too, as the gate has it.
  const isHeld = (root: string): boolean => {
    const real = realPath(root)
    return real === undefined || isNamedToo(root, real, all)
  }
  const named = all.filter(isHeld).map((root) => ({ root, real: realDirectory(root) }))
  return {
    directories: outermost(named.flatMap(({ real }) => real ?? [])),
    others: unique(named.flatMap(({ root, real }) => (real === undefined ? root : []))),
  }
}

/**
 * For the program that writes a thread's files (docs/decisions/files-written-inside.md): unlike a command, it is ours, so the whole disk may be read,
 * no tree is searched for secrets, and no placeholder stands in the workspace for as long as it runs. It compares names itself.
 * What it costs is a few dozen looks at known places.
 */
export async function buildWriterPolicy(input: WriterPolicyInput): Promise<SandboxPolicy> {
  const { directories } = writableRoots(input.permissions)
  const opened = openedDirectories(input.opened, directories)
  const writable = outermost([...directories, ...opened.whole, ...opened.around])
  const kept = opened.around.flatMap((directory) =>
    besides(directory, [...directories, ...opened.whole, ...opened.around]),
  )
  const guarded = input.protection === 'on' ? protectedPaths(input.places).fixedSecrets : []
  const readOnly = [...deniedWrites(input.permissions), ...kept, ...(await steeringPaths(input))]
  return {
    ...{ cwd: '/', readable: 'all', temp: 'none', network: 'none', limits: {}, actsForOthers: true },
    denyRead: unique(guarded.filter(isPlain)),
    writable,
    readOnly: unique(readOnly.filter(isPlain)),
  }
}

/** The directories to be opened for paths that lie in none: themselves, or the nearest one that is there, whose entry the path is. */
function openedDirectories(
  paths: readonly string[],
  directories: readonly string[],
): { readonly whole: readonly string[]; readonly around: readonly string[] } {
  const wanted = paths
    .filter((each) => !directories.some((directory) => isAtOrBelow(each, directory)))
    .map((each) => ({ each, nearest: nearestDirectory(each) }))
  return {
    whole: wanted.flatMap(({ each, nearest }) => (nearest === each ? each : [])),
    around: unique(wanted.flatMap(({ each, nearest }) => (nearest === each ? [] : nearest))),
  }
}

/** The directories in one of which only an entry was opened, without those that may be written anyway or hold one. */
function besides(directory: string, writable: readonly string[]): readonly string[] {
  const siblings = readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => path.join(directory, entry.name))
    .filter((sibling) => !writable.some((each) => isAtOrBelow(each, sibling)))
  return siblings.length > maxSiblings ? [] : siblings
}

function deniedWrites(permissions: Permissions): readonly string[] {
  return permissions.write.allow
    .flatMap((clause) => clause.deny)
    .map(literalBase)
    .flatMap(({ path: base, plain }) => (plain ? [base] : []))
}

async function steeringPaths({ places, protection }: WriterPolicyInput): Promise<readonly string[]> {
  if (protection === 'lifted') return []
  const repository = path.join(places.workspaceRoot, '.git')
  return [
    places.codexHome,
    ...protectedPrograms(places),
    ...steeringNames.map((name) => path.join(places.workspaceRoot, name)),
    ...(exists(repository) ? await gitControlPaths(repository) : []),
  ]
}

/** A file or directory, and no link on the way to it: only that can be mounted over. What this user may not look at, the process may not either. */
function isPlain(file: string): boolean {
  return realPath(file) === file
}

function exists(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false }) !== undefined
}

/** Undefined for what is no directory, or may not be looked at. */
function realDirectory(file: string): string | undefined {
  const real = realPath(file)
  return real !== undefined && statSync(real, { throwIfNoEntry: false })?.isDirectory() ? real : undefined
}

/** Undefined for what is not there, or may not be looked at. */
function realPath(file: string): string | undefined {
  try {
    return realpathSync(file)
  } catch {
    return undefined
  }
}

function nearestDirectory(file: string): string {
  return statSync(file, { throwIfNoEntry: false })?.isDirectory() ? file : nearestDirectory(path.dirname(file))
}

function outermost(directories: readonly string[]): readonly string[] {
  const all = unique(directories)
  return all.filter((one) => !all.some((other) => other !== one && isAtOrBelow(one, other)))
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)].sort()
}
