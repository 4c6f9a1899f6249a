import { lstat, readdir } from 'node:fs/promises'
import { relative, sep } from 'node:path'
import type { FindLinesRequest, Tree, TreeFile, TreeOptions } from '../../plugin-api/index.ts'
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
  denied: number
  tooLarge: number
  truncated: boolean
}

async function walk(root: string, options: TreeOptions, deps: TreeDeps): Promise<Tree> {
  const state: Walk = {
    maxFileBytes: options.maxFileBytes ?? defaultMaxFileBytes,
    maxFiles: options.maxFiles ?? defaultMaxFiles,
    files: [],
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
  const { files, denied, tooLarge, truncated } = state
  const { findLines } = deps
  const own = new Set(files)
  return {
    ...{ root, files, skipped: { denied, tooLarge }, truncated },
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
  const entries = await listDirectory(directory, state)
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
async function listDirectory(directory: string, state: Walk) {
  try {
    return await readdir(directory, { withFileTypes: true })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    if (error.code === 'EACCES' || error.code === 'EPERM') state.denied++
    else if (error.code !== 'ENOENT') throw error
    return []
  }
}

async function addFiles(paths: readonly string[], state: Walk, deps: TreeDeps): Promise<void> {
  const readable = paths.filter((path) => deps.gate.mayRead(path))
  state.denied += paths.length - readable.length
  const facts = await Promise.all(readable.map(factsOf))
  for (const [index, path] of readable.entries()) {
    const found = facts[index]
    if (found === undefined) continue
    if (found.sizeBytes > state.maxFileBytes) {
      state.tooLarge++
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
  const fromRoot = relative(deps.workspaceRoot, path)
  const isInside = fromRoot !== '..' && !fromRoot.startsWith(`..${sep}`)
  return {
    path,
    relativePath: (isInside ? fromRoot : path).split(sep).join('/'),
    sizeBytes,
    modifiedMs,
    read: async () => new TextDecoder().decode(await readRealFile(path, deps.signal)),
  }
}

function withSlash(directory: string): string {
  return directory.endsWith(sep) ? directory : `${directory}${sep}`
}

function sortKey(entry: { readonly path: string; readonly isDirectory: boolean }): string {
  return entry.isDirectory ? `${entry.path}/` : entry.path
}
