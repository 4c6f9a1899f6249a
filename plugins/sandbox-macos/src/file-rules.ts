import { lstatSync } from 'node:fs'
import { dirname } from 'node:path'
import { CodexError, type SandboxPolicy } from 'codex-kernel/plugin-api'
import { readableDevices } from './base-rules.ts'
import { isWithin } from './is-within.ts'
import { namePattern } from './name-pattern.ts'
import { type Form, pattern, quoted } from './profile-form.ts'
import type { ProfileParameters } from './profile-parameters.ts'
import { ancestorsOf, byDepth, protectedEntries } from './protected-entries.ts'
import { namedPlace, realPlace } from './real-place.ts'

/** Where the machine keeps what is temporary: for all its users, and for each. */
export const machineTemps = ['/private/tmp', '/private/var/tmp', '/private/var/folders'] as const

/** What a program needs to start at all, readable where a policy names its readable paths. */
const systemTrees = [
  ...['/usr', '/bin', '/sbin', '/System', '/Library', '/opt', '/nix/store', '/Applications/Xcode.app'],
  ...['/private/etc', '/private/var/select', '/private/var/db/timezone', '/private/var/db/dyld'],
] as const
const systemEntries = ['/', '/etc', '/tmp', '/var', '/private/var/db/xcode_select_link'] as const
/** On the way to some of these; what lies beside is not seen. */
const systemParents = ['/private', '/private/var', '/private/var/db', '/Applications', '/nix'] as const

/**
 * What may be read and written. Each operation is allowed once, with all its conditions, since rules that overlap count by an order that is
 * written nowhere; the denials at the end name single operations, which count before the groups that hold them.
 *
 * @param ownTemp the command's own directory for temporary files. Absent: it has the machine's
 * @throws CodexError `sandbox.failed`: the policy cannot be held to
 */
export function fileRules(
  policy: SandboxPolicy,
  ownTemp: string | undefined,
  parameters: ProfileParameters,
): readonly Form[] {
  const { entry, tree } = parameters
  const places = placesOf(policy, ownTemp)
  const secrets = places.denied.map(tree)
  if (!isReadable(places, policy)) throw hidden(policy.cwd)
  const kept = keptNames(places)
  return [
    ['allow', 'file-read-metadata', ...metadata(places, policy, parameters)],
    ['allow', 'file-read*', all(any(readable(places, policy, parameters)), ...secrets.map(not))],
    ...(places.writable.length + places.granted.length > 0
      ? [['allow', 'file-write*', all(any(writable(places, parameters)), ...secrets.map(not))]]
      : []),
    ...ifAny(places.newParents, (paths) => [
      ['allow', 'file-write-create', ['require-all', ['vnode-type', 'DIRECTORY'], any(paths.map(entry))]],
    ]),
    // Under a second name a file would be another path; a copy of a directory would hold what must not be read in it.
    ...ifAny([...places.denied, ...heldFiles(places)], (paths) => [whereKnown('file-link', paths.map(tree))]),
    ...ifAny(places.denied, (paths) => [whereKnown('file-clone', [...paths.map(tree), ...outer(paths).map(entry)])]),
    ...ifAny(kept, (paths) => [['deny', 'file-write-unlink', ...paths.map(entry)]]),
  ]
}

interface GrantedTree {
  readonly path: string
  /** What in it stays as it is. */
  readonly except: readonly { readonly path: string; readonly isMissing: boolean }[]
}

interface Places {
  readonly writable: readonly string[]
  readonly except: GrantedTree['except']
  readonly granted: readonly GrantedTree[]
  /** Directories that have to be made on the way to what was granted. */
  readonly newParents: readonly string[]
  readonly named: readonly string[]
  readonly denied: readonly string[]
  readonly temps: readonly string[]
}

function placesOf(policy: SandboxPolicy, ownTemp: string | undefined): Places {
  const temps = ownTemp === undefined ? [] : machineTemps
  const temp = ownTemp ?? (policy.temp === 'host' ? '/private/tmp' : undefined)
  const writable = unique([...policy.writable.map(realPlace), ...(temp === undefined ? [] : [temp])])
    .filter((path) => !temps.some((temp) => temp === path))
    .filter((path) => path === temp || exists(path))
  const granted = (policy.granted ?? []).map(({ access, path }) => ({ access, path: asNamed(path) }))
  const written = granted.flatMap(({ access, path }) => (access === 'write' ? path : []))
  const readOnly = policy.readOnly.map(namedPlace)
  return {
    writable,
    except: protectedEntries({ readOnly, writable }),
    granted: written.map((path) => ({
      path,
      except: protectedEntries({ readOnly: readOnly.filter((each) => isWithin(each, path)), writable: [path] }),
    })),
    newParents: unique(written.flatMap(missingParents)),
    named: policy.readable === 'all' ? [] : policy.readable.map(realPlace),
    denied: unique(policy.denyRead.map(realPlace)),
    temps,
  }
}

/** Filters of which one has to hold. */
function readable(places: Places, policy: SandboxPolicy, parameters: ProfileParameters): readonly Form[] {
  const open = [...places.writable, ...places.granted.map(({ path }) => path), ...grantedReads(policy)]
  const system = [...systemTrees.map(quotedTree), ...systemEntries.map(quotedEntry)]
  const trees = policy.readable === 'all' ? ['/', realPlace(policy.cwd), ...open] : [...places.named, ...open]
  return [
    ...(policy.readable === 'all' ? [] : system),
    ...[quotedEntry('/dev'), ...readableDevices],
    ...unique(trees).map((path) => shared(path, places, parameters)),
  ]
}

/** A tree of the machine, without what a command has of its own in it: devices, and a private temp directory. */
function shared(path: string, { temps }: Places, { tree }: ProfileParameters): Form {
  return all(
    tree(path),
    ...['/dev', ...temps].filter((own) => own !== path && isWithin(own, path)).map((own) => not(quotedTree(own))),
  )
}

/** Names and sizes, without which no path can be followed; contents are another operation. */
function metadata(places: Places, policy: SandboxPolicy, { entry }: ProfileParameters): readonly Form[] {
  if (policy.readable === 'all') return []
  const shown = [...places.named, ...places.writable, ...places.granted.map(({ path }) => path), realPlace(policy.cwd)]
  return [...systemEntries.map(quotedEntry), ...systemParents.map(quotedEntry), ...outer(shown).map(entry)]
}

function writable(places: Places, parameters: ProfileParameters): readonly Form[] {
  const { tree } = parameters
  const kept = (except: GrantedTree['except']) => except.map((each) => not(protection(each, parameters)))
  return [
    ...ifAny(places.writable, (paths) => {
      const roots = paths.map((path) => shared(path, places, parameters))
      return places.except.length === 0 ? roots : [all(any(roots), ...kept(places.except))]
    }),
    ...places.granted.map(({ path, except }) => all(tree(path), ...kept(except))),
  ]
}

function protection({ path, isMissing }: GrantedTree['except'][number], { tree }: ProfileParameters): Form {
  return isMissing ? ['require-any', tree(path), ['regex', pattern(namePattern(path))]] : tree(path)
}

/** What is there and must not be written. */
function heldFiles({ except, granted }: Places): readonly string[] {
  return [...except, ...granted.flatMap((each) => each.except)].flatMap(({ path, isMissing }) =>
    isMissing ? [] : path,
  )
}

/** What must not be renamed or removed, though it may be written: what was opened, and what leads to something protected in it. */
function keptNames({ writable, granted, except, denied }: Places): readonly string[] {
  const opened = [...writable, ...granted.map(({ path }) => path)]
  const held = [...except, ...granted.flatMap((each) => each.except)].map(({ path }) => path)
  const around = [...held, ...denied].flatMap((path) => {
    const root = opened.toSorted(byDepth).find((each) => isWithin(path, each))
    return root === undefined || root === path ? [] : ancestorsOf(dirname(path), root)
  })
  return unique([...writable, ...granted.map(({ path }) => path).filter(exists), ...around])
}

/** All directories above some paths, but the root. */
function outer(paths: readonly string[]): readonly string[] {
  return unique(paths.filter((path) => path !== '/').flatMap((path) => ancestorsOf(dirname(path), '/'))).filter(
    (path) => path !== '/',
  )
}

function missingParents(path: string): readonly string[] {
  const parent = dirname(path)
  return exists(parent) ? [] : [...missingParents(parent), parent]
}

function grantedReads({ granted, readable: rule }: SandboxPolicy): readonly string[] {
  if (rule === 'all') return []
  return (granted ?? []).flatMap(({ access, path }) => (access === 'read' ? asNamed(path) : []))
}

/** A path that a person agreed to, if it still leads nowhere else. */
function asNamed(path: string): string {
  if (!exists(path)) return path
  const real = realPlace(path)
  // Another spelling of the same name on a volume that ignores case is the same path.
  if (real.normalize().toLowerCase() === path.normalize().toLowerCase()) return real
  throw new CodexError('sandbox.failed', `${path} was allowed, and is or lies behind a symbolic link by now.`, {
    hint: 'Ask again for what it leads to.',
  })
}

function isReadable(places: Places, policy: SandboxPolicy): boolean {
  const cwd = realPlace(policy.cwd)
  if (places.denied.some((path) => isWithin(cwd, path))) return false
  if (policy.readable === 'all') return true
  const shown = [...systemTrees, ...places.named, ...places.writable, ...places.granted.map(({ path }) => path)]
  return cwd === '/' || shown.some((path) => isWithin(cwd, path))
}

function hidden(cwd: string): CodexError {
  return new CodexError('sandbox.failed', `The working directory ${cwd} cannot be read inside the sandbox.`, {
    hint: 'Work in a directory that the profile lets commands read.',
  })
}

/** A denial of an operation that not every macOS knows: naming it there would be a fault of the whole profile. */
function whereKnown(operation: string, filters: readonly Form[]): Form {
  return ['if', ['defined?', `'${operation}`], ['deny', operation, ...filters]]
}

const quotedTree = (path: string): Form => ['subpath', quoted(path)]
const quotedEntry = (path: string): Form => ['literal', quoted(path)]
const not = (filter: Form): Form => ['require-not', filter]

function any(filters: readonly Form[]): Form {
  const [only, ...others] = filters
  return only !== undefined && others.length === 0 ? only : ['require-any', ...filters]
}

function all(...filters: readonly Form[]): Form {
  const [only, ...others] = filters
  return only !== undefined && others.length === 0 ? only : ['require-all', ...filters]
}

/** A rule without a filter would hold for everything. */
function ifAny(paths: readonly string[], rules: (paths: readonly string[]) => readonly Form[]): readonly Form[] {
  return paths.length > 0 ? rules(paths) : []
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)]
}
