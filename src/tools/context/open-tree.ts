import { lstat, readdir } from 'node:fs/promises'
import { relative, sep } from 'node:path'
import type { FindLinesRequest, LeftOutFile, Tree, TreeFile, TreeOptions } from '../../plugin-api/index.ts'
import type { Gate } from '../../security/gate.ts'
import type { ActionScope } from './gated-action.ts'
import { type IgnoreRules, ignoreRulesAt } from './ignore-rules.ts'
import { readRealFile } from './read-real-file.ts'

export interface TreeDeps {
  /** Looks for lines in files that the tree holds. */
  readonly findLines?: (
    paths: readonly string[],
    request: FindLinesRequest,
  ) => ReturnType<NonNullable<Tree['findLines']>>
  readonly gate: Gate
  /** Real path; paths inside are shown relative to it, and its `.gitignore` files count for all below. */
  readonly workspaceRoot: string
  readonly signal: AbortSignal
}

const defaultMaxFileBytes = 1024 * 1024
const defaultMaxFiles = 50_000
/** Files that are looked at together: enough to keep the thread pool busy. */
const statBatch = 64

/**
 * The readable files below a root: one decision and one audit record. Symbolic links are not followed: what they name
 * is met at its own place if it lies inside. `.git` is never in it; `node_modules` only where a `.gitignore` names it
 * with `!`, where it is the root, or with `gitignore: false`.
 */
export async function openTree(
  root: string,
  options: TreeOptions,
  actions: ActionScope,
  deps: TreeDeps,
): Promise<Tree> {
  return actions.perform(
    { kind: 'read_tree', path: root },
    (allowed) => walk(allowed.path, options, deps),
    (tree) => `${tree.files.length} files`,
  )
}

type FileFacts = Pick<TreeFile, 'sizeBytes' | 'modifiedMs'>

interface Walk {
  readonly maxFileBytes: number
  readonly maxFiles: number
  readonly files: TreeFile[]
  readonly leftOut: LeftOutFile[]
  denied: number
  tooLarge: number
  truncated: boolean
}

/** A reader looks at some of them. */
const maxLeftOut = 100

function leaveOut(path: string, reason: LeftOutFile['reason'], state: Walk, deps: TreeDeps): void {
  if (reason === 'too_large') state.tooLarge++
  // What the system refuses counts as denied, too.
  else if (!path.includes('\uFFFD')) state.denied++
  if (state.leftOut.length < maxLeftOut) state.leftOut.push({ relativePath: relativeTo(deps, path), reason })
}

async function walk(root: string, options: TreeOptions, deps: TreeDeps): Promise<Tree> {
  const state: Walk = {
    maxFileBytes: options.maxFileBytes ?? defaultMaxFileBytes,
    maxFiles: options.maxFiles ?? defaultMaxFiles,
    files: [],
    leftOut: [],
    denied: 0,
    tooLarge: 0,
    truncated: false,
  }
  const found = await lstat(root)
  if (found.isDirectory()) {
    const mayRead = (path: string) => deps.gate.mayRead(path)
    const rules =
      options.gitignore === false ? undefined : await ignoreRulesAt(root, deps.workspaceRoot, mayRead, deps.signal)
    await walkDirectory(root, rules, state, deps)
  } else if (found.isFile()) {
    await addFiles([root], state, deps)
  }
  const { files, leftOut, denied, tooLarge, truncated } = state
  const { findLines } = deps
  const own = new Set(files)
  return {
    ...{ root, files, skipped: { denied, tooLarge }, leftOut, truncated },
    ...(findLines && {
      findLines: (wanted: readonly TreeFile[], request: FindLinesRequest) => {
        // Only what the decision was about, and what may still be read.
        const paths = wanted.filter((file) => own.has(file) && deps.gate.mayRead(file.path)).map(({ path }) => path)
        return findLines(paths, request)
      },
    }),
  }
}

async function walkDirectory(
  directory: string,
  outerRules: IgnoreRules | undefined,
  state: Walk,
  deps: TreeDeps,
): Promise<void> {
  deps.signal.throwIfAborted()
  const entries = await listDirectory(directory, state, deps)
  const rules = entries.some((entry) => entry.name === '.gitignore') ? await outerRules?.enter(directory) : outerRules
  // A directory sorts as its path with the slash, so that files come out in the order of their paths.
  const kept = entries
    .filter((entry) => entry.name !== '.git')
    .map((entry) => ({ path: `${withSlash(directory)}${entry.name}`, isDirectory: entry.isDirectory(), entry }))
    .filter(({ path, isDirectory }) => !rules?.isIgnored(path, isDirectory))
    .sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1))
  let batch: string[] = []
  for (const { path, isDirectory, entry } of kept) {
    if (state.truncated) return
    if (isDirectory) {
      await addFiles(batch, state, deps)
      batch = []
      await walkDirectory(path, rules, state, deps)
    } else if (entry.isFile()) {
      batch.push(path)
      if (batch.length < statBatch) continue
      await addFiles(batch, state, deps)
      batch = []
    }
  }
  await addFiles(batch, state, deps)
}

/** A directory that cannot be listed counts as denied: by the operating system. */
async function listDirectory(directory: string, state: Walk, deps: TreeDeps) {
  try {
    return await readdir(directory, { withFileTypes: true })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    if (error.code === 'EACCES' || error.code === 'EPERM') leaveOut(directory, 'unreadable', state, deps)
    else if (error.code !== 'ENOENT') throw error
    return []
  }
}

async function addFiles(paths: readonly string[], state: Walk, deps: TreeDeps): Promise<void> {
  const readable = paths.filter((path) => deps.gate.mayRead(path))
  const allowed = new Set(readable)
  for (const path of paths) if (!allowed.has(path)) leaveOut(path, 'denied', state, deps)
  const facts = await Promise.all(readable.map(factsOf))
  for (const [index, path] of readable.entries()) {
    const found = facts[index]
    if (found === undefined) {
      // Its name was decoded, and what came of that is no file.
      if (path.includes('\uFFFD')) leaveOut(path, 'unreadable', state, deps)
      continue
    }
    if (found.sizeBytes > state.maxFileBytes) {
      leaveOut(path, 'too_large', state, deps)
    } else if (state.files.length >= state.maxFiles) {
      state.truncated = true
      return
    } else {
      state.files.push(treeFile(path, found, deps))
    }
  }
}

/** Undefined for what is gone, or no file any more, since the directory was listed. */
async function factsOf(path: string): Promise<FileFacts | undefined> {
  try {
    const found = await lstat(path)
    return found.isFile() ? { sizeBytes: found.size, modifiedMs: found.mtimeMs } : undefined
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

function treeFile(path: string, { sizeBytes, modifiedMs }: FileFacts, deps: TreeDeps): TreeFile {
  return {
    path,
    relativePath: relativeTo(deps, path),
    sizeBytes,
    modifiedMs,
    read: async () => new TextDecoder().decode(await readRealFile(path, deps.signal)),
  }
}

function relativeTo({ workspaceRoot }: TreeDeps, path: string): string {
  const fromRoot = relative(workspaceRoot, path)
  const isInside = fromRoot !== '..' && !fromRoot.startsWith(`..${sep}`)
  return (isInside ? fromRoot : path).split(sep).join('/')
}

function withSlash(directory: string): string {
  return directory.endsWith(sep) ? directory : `${directory}${sep}`
}

function sortKey(entry: { readonly path: string; readonly isDirectory: boolean }): string {
  return entry.isDirectory ? `${entry.path}/` : entry.path
}
