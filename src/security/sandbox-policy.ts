import path from 'node:path'
import { CodexError, type Opening, type Permissions, type Rule, type SandboxPolicy } from '../plugin-api/index.ts'
import { cacheDirectories } from './permissions/cache-directories.ts'
import { compilePathPattern, isAtOrBelow, literalBase } from './permissions/path-pattern.ts'
import type { Places } from './places.ts'
import { isManagedWorkspace, type ProtectedPaths, protectedPrograms, steeringNames } from './protected-paths.ts'
import { existingPath } from './sandbox-policy/existing-path.ts'
import { gitControlPaths } from './sandbox-policy/git-control-paths.ts'
import { linkedGitDirectory } from './sandbox-policy/linked-git-directory.ts'
import { realRoots } from './sandbox-policy/real-roots.ts'
import { rootsOfRule } from './sandbox-policy/roots-of-rule.ts'
import { surveyDirectory, surveyTree } from './sandbox-policy/survey-tree.ts'

export interface SandboxPolicyInput {
  /** The ceiling, as `gate.permissions` has it; only what is allowed without asking counts. */
  readonly permissions: Permissions
  /** What a person allowed besides: for longer, or this command alone. Real paths. Absent: nothing. */
  readonly granted?: readonly Opening[]
  readonly places: Places
  /** Of these places; links among them are followed anew. */
  readonly protectedPaths: ProtectedPaths
  /** Real path. */
  readonly cwd: string
  readonly protection: 'on' | 'lifted'
  readonly temp: 'private' | 'host'
  /** What `gate.networkReach` comes to: an open network where it is single hosts. */
  readonly network: SandboxPolicy['network']
}

/**
 * Turns permissions into paths that exist now, for the operating system to enforce. Secrets are looked for in the workspace,
 * in other writable directories, and at their fixed places in the home directory (docs/security.md says what that leaves out).
 * @throws CodexError `sandbox.failed` where the ceiling cannot be expressed in directories, so that the command does not run
 */
export async function buildSandboxPolicy(given: SandboxPolicyInput): Promise<SandboxPolicy> {
  const input = { ...given, temp: tempOf(given) }
  const { permissions } = input
  const roots = writableRoots(input)
  const linkedGit = await outerGitDirectory(input, roots)
  const writable = unique([...roots, ...linkedGit])
  const granted = grantedBesides(input.granted ?? [], writable)
  const opened = [...writable, ...granted.flatMap(({ access, path: file }) => (access === 'write' ? file : []))]
  const surveyed = surveyedRoots(input, [...roots, ...existingAsNamed(opened.slice(writable.length))])
  const deniedReads = denials(permissions.read.allow)
  const deniedWrites = denials(permissions.write.allow)
  refusePartialDenials(deniedWrites, opened)
  const entries = await survey(surveyed, input, deniedReads)
  const trusted = trustedRootsIn(opened, input)

  return {
    cwd: input.cwd,
    readable: readableRoots(permissions.read.allow),
    denyRead: existing([...plainPaths(deniedReads), ...entries.secrets]),
    writable,
    readOnly: unique([
      ...plainPaths(deniedWrites),
      ...entries.steering,
      ...trusted.flatMap((root) => steeringNames.map((name) => path.join(root, name))),
      ...(await repositoryPaths(entries.repositories)),
      ...workspaceInTemp(input, opened),
    ]),
    ...(granted.length > 0 && { granted }),
    temp: input.temp,
    network: input.network,
    limits: limitsOf(permissions),
  }
}

function writableRoots(input: SandboxPolicyInput): readonly string[] {
  const roots = rootsOfRule(input.permissions.write.allow)
  if (roots === 'all') return besideCodexHome(['/'], input.places)
  if (roots.partial.length > 0) throw inexpressible('write', roots.partial)
  const wanted = roots.whole.filter((root) => input.temp === 'host' || root !== input.places.tempDir)
  return besideCodexHome(realRoots(wanted, 'write'), input.places)
}

/** A copy of the workspace lies in CODEX_HOME, the rest of which stays as it is: what holds both is not writable, the copy alone is. */
function besideCodexHome(roots: readonly string[], places: Places): readonly string[] {
  const { codexHome, workspaceRoot } = places
  const isAround = (root: string): boolean => isAtOrBelow(codexHome, root)
  if (!isManagedWorkspace(places) || !roots.some(isAround)) return roots
  return unique([...roots.filter((root) => !isAround(root)), workspaceRoot])
}

/**
 * The same where the machine's temp directory holds both. Where it holds a workspace of which only a part may be written, opening it would open all
 * of that.
 */
function tempOf({ temp, places, permissions }: SandboxPolicyInput): SandboxPolicyInput['temp'] {
  const { codexHome, tempDir, workspaceRoot } = places
  if (isManagedWorkspace(places) && isAtOrBelow(codexHome, tempDir)) return 'private'
  if (temp !== 'host' || workspaceRoot === tempDir || !isAtOrBelow(workspaceRoot, tempDir)) return temp
  const roots = rootsOfRule(permissions.write.allow)
  if (roots === 'all' || roots.whole.some((root) => isAtOrBelow(workspaceRoot, root))) return temp
  return roots.whole.some((root) => isAtOrBelow(root, workspaceRoot)) ? 'private' : temp
}

/** Commits of a linked worktree and of a submodule are written outside of it. Its control files are found by the workspace's `.git`. */
async function outerGitDirectory({ places }: SandboxPolicyInput, roots: readonly string[]): Promise<readonly string[]> {
  if (!roots.some((root) => isAtOrBelow(places.workspaceRoot, root))) return []
  const directory = await linkedGitDirectory(places.workspaceRoot)
  return directory === undefined ? [] : [directory]
}

/** What was granted and is not writable anyway, outermost first; what lies below another of the same kind goes with it. */
function grantedBesides(granted: readonly Opening[], writable: readonly string[]): readonly Opening[] {
  const needed = granted
    .filter(({ path: file }) => !writable.some((root) => isAtOrBelow(file, root)))
    .sort((a, b) => a.path.length - b.path.length)
  return needed.filter(
    (one, index) =>
      !needed
        .slice(0, index)
        .some((outer) => isAtOrBelow(one.path, outer.path) && (outer.access === 'write' || one.access === 'read')),
  )
}

/** Those that exist and lead nowhere else: the backend refuses the others. */
function existingAsNamed(files: readonly string[]): readonly string[] {
  return files.filter((file) => existingPath(file) === file)
}

/** A workspace in the temp directory is not written because that may be: only where the permissions say so. */
function workspaceInTemp({ temp, places }: SandboxPolicyInput, writable: readonly string[]): readonly string[] {
  const { workspaceRoot, tempDir } = places
  const isInTemp = temp === 'host' && workspaceRoot !== tempDir && isAtOrBelow(workspaceRoot, tempDir)
  return isInTemp && !writable.some((root) => isAtOrBelow(workspaceRoot, root)) ? [workspaceRoot] : []
}

/** Other workspaces within reach that are trusted by their paths: what a command made there would count when the user works there. */
function trustedRootsIn(writable: readonly string[], { places, protection }: SandboxPolicyInput): readonly string[] {
  if (protection === 'lifted') return []
  const { trustedRoots = [], workspaceRoot } = places
  const within = trustedRoots.filter(
    (root) => root !== workspaceRoot && writable.some((each) => isAtOrBelow(root, each)),
  )
  return existingAsNamed(within)
}

function readableRoots(rule: Rule): 'all' | readonly string[] {
  const roots = rootsOfRule(rule)
  if (roots === 'all' || roots.whole.includes('/')) return 'all'
  if (roots.partial.length > 0) throw inexpressible('read', roots.partial)
  return realRoots(roots.whole, 'read')
}

function denials(rule: Rule): readonly string[] {
  return unique(rule.flatMap((clause) => clause.deny))
}

function plainPaths(patterns: readonly string[]): readonly string[] {
  return patterns.map(literalBase).flatMap(({ path: base, plain }) => (plain ? [base] : []))
}

/** A file that does not exist yet cannot be held back by its name. */
function refusePartialDenials(patterns: readonly string[], writable: readonly string[]): void {
  const partial = patterns.filter((pattern) => {
    const { path: base, plain } = literalBase(pattern)
    return !plain && writable.some((root) => isAtOrBelow(base, root) || isAtOrBelow(root, base))
  })
  if (partial.length > 0) throw inexpressible('not write', partial)
}

/** Where secrets and protected entries are looked for. Caches and temp hold neither. */
function surveyedRoots(input: SandboxPolicyInput, writable: readonly string[]): readonly string[] {
  const { places } = input
  const uninteresting = new Set(['/', places.tempDir, ...cacheDirectories(places.homeDir)])
  const roots = unique([places.workspaceRoot, ...writable.filter((root) => !uninteresting.has(root))])
  return roots.filter((root) => !roots.some((other) => other !== root && isAtOrBelow(root, other)))
}

interface SurveyedEntries {
  readonly secrets: readonly string[]
  readonly steering: readonly string[]
  readonly repositories: readonly string[]
}

async function survey(
  roots: readonly string[],
  input: SandboxPolicyInput,
  deniedReads: readonly string[],
): Promise<SurveyedEntries> {
  const guarded = input.protectedPaths
  const globs = deniedReads.filter((pattern) => !literalBase(pattern).plain)
  const outside = globs.filter((pattern) => !roots.some((root) => isAtOrBelow(literalBase(pattern).path, root)))
  if (outside.length > 0) throw inexpressible('not read', outside)
  const isDenied = globs.map((pattern) => compilePathPattern(pattern))
  const isProtected = input.protection === 'on'
  if (!isProtected && globs.length === 0) return { secrets: [], steering: [], repositories: [] }

  const isSecret = (file: string) =>
    (isProtected && guarded.secret(file) !== undefined) || isDenied.some((covers) => covers(file))
  const isSteering = (name: string) => isProtected && steeringNames.some((steering) => steering === name)
  const isRepository = (name: string) => isProtected && name === '.git'
  const found = await Promise.all(
    roots.map((root) =>
      surveyTree(root, { wants: ({ path: file, name }) => isRepository(name) || isSteering(name) || isSecret(file) }),
    ),
  )
  const entries = found.flat()
  const { homeDir, codexHome, workspaceRoot } = input.places
  const besides = await Promise.all(
    (isProtected ? [homeDir, codexHome] : []).map((directory) =>
      surveyDirectory(directory, { wants: ({ path: file }) => guarded.secret(file) !== undefined }),
    ),
  )
  const repositories = entries.filter((file) => path.basename(file) === '.git')
  const own = [...steeringNames.map((name) => path.join(workspaceRoot, name)), codexHome]
  const missing = isProtected ? [...own, ...protectedPrograms(input.places)] : []
  const missingRepository = isProtected && !repositories.includes(path.join(workspaceRoot, '.git'))
  return {
    secrets: [...(isProtected ? guarded.fixedSecrets : []), ...besides.flat(), ...entries.filter(isSecret)],
    steering: [
      ...missing,
      ...entries.filter((file) => isSteering(path.basename(file))),
      ...(missingRepository ? [path.join(workspaceRoot, '.git')] : []),
    ],
    repositories: isProtected ? repositories : [],
  }
}

async function repositoryPaths(entries: readonly string[]): Promise<readonly string[]> {
  const paths = await Promise.all(entries.map(gitControlPaths))
  return paths.flat()
}

/** Real paths of those that exist: what a link leads to is what has to be held. */
function existing(files: readonly string[]): readonly string[] {
  return unique(files.flatMap((file) => existingPath(file) ?? []))
}

function limitsOf(permissions: Permissions): SandboxPolicy['limits'] {
  const { max_processes: maxProcesses, max_memory_bytes: maxMemoryBytes } = permissions.limits
  return {
    ...(maxProcesses === undefined ? {} : { maxProcesses }),
    ...(maxMemoryBytes === undefined ? {} : { maxMemoryBytes }),
  }
}

function inexpressible(access: string, patterns: readonly string[]): CodexError {
  return new CodexError(
    'sandbox.failed',
    `The permissions say that a command may ${access} ${patterns.join(', ')}, and no operating system can hold a command to that.`,
    { hint: 'Name whole directories where commands run (such as "src/**"), or do without the shell tool there.' },
  )
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)].sort()
}
