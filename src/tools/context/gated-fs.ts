import { readdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { DirectoryEntry, GatedFs, ListOptions } from '../../plugin-api/index.ts'
import type { FileWriter } from '../../sandbox/files/file-writer.ts'
import { applyChanges } from './apply-changes.ts'
import type { ActionScope } from './gated-action.ts'
import { ignoreRulesAt } from './ignore-rules.ts'
import { openTree, type TreeDeps } from './open-tree.ts'
import { readChunks } from './read-chunks.ts'
import { readRealFile } from './read-real-file.ts'

export interface GatedFsDeps extends TreeDeps {
  /** Relative paths start here. */
  readonly cwd: string
  readonly writer: FileWriter
  /** The user's PATH, to find git in; absent: system directories. */
  readonly searchPath?: string | undefined
}

/** Files through the gate. Each call is one decision for each path; what is done, is done at the path that was allowed. */
export function createGatedFs(actions: ActionScope, deps: GatedFsDeps): GatedFs {
  const read = <Result>(
    path: string,
    act: (realPath: string) => Promise<Result>,
    detail?: (result: Result) => string,
  ) => actions.perform({ kind: 'read', path: resolve(deps.cwd, path) }, (allowed) => act(allowed.path), detail)
  const readFile = (path: string) =>
    read(
      path,
      (realPath) => readRealFile(realPath, deps.signal),
      (bytes) => `${bytes.length} bytes`,
    )

  return {
    readFile,
    readText: async (path) => new TextDecoder().decode(await readFile(path)),
    stat: (path) =>
      read(path, async (realPath) => {
        const found = await stat(realPath)
        const kind = found.isFile() ? 'file' : found.isDirectory() ? 'directory' : 'other'
        return { kind, sizeBytes: found.size, modifiedMs: found.mtimeMs, mode: found.mode & 0o777 }
      }),
    readChunks: (path, range = {}) => readChunks(resolve(deps.cwd, path), range, actions, deps.signal),
    list: (path, options = {}) =>
      read(
        path,
        (realPath) => listDirectory(realPath, options, deps),
        (entries) => `${entries.length} entries`,
      ),
    openTree: (root, options = {}) => openTree(resolve(deps.cwd, root), options, actions, deps),
    async *readHistory(options = {}) {
      const { readHistory } = await import('./read-history.ts')
      return yield* readHistory(options, actions, deps)
    },
    async readDifference(options = {}) {
      const { readDifference } = await import('./read-difference.ts')
      return await readDifference(options, actions, deps)
    },
    apply: (changes) =>
      applyChanges(
        changes.map((change) => ({
          ...change,
          path: resolve(deps.cwd, change.path),
          ...(change.kind === 'move' && { to: resolve(deps.cwd, change.to) }),
        })),
        actions,
        deps,
        deps.signal,
      ),
  }
}

async function listDirectory(
  realPath: string,
  { gitignore = false }: ListOptions,
  { gate, workspaceRoot, signal }: GatedFsDeps,
): Promise<readonly DirectoryEntry[]> {
  const entries = await readdir(realPath, { withFileTypes: true })
  const mayRead = (path: string) => gate.mayRead(path)
  const inherited = gitignore ? await ignoreRulesAt(realPath, workspaceRoot, mayRead, signal) : undefined
  const rules = entries.some(({ name }) => name === '.gitignore') ? await inherited?.enter(realPath) : inherited
  return entries
    .map((entry): DirectoryEntry => {
      const isIgnored = rules?.isIgnored(join(realPath, entry.name), entry.isDirectory()) ?? false
      return { name: entry.name, kind: kindOf(entry), ...(isIgnored && { isIgnored }) }
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

function kindOf(entry: {
  isFile(): boolean
  isDirectory(): boolean
  isSymbolicLink(): boolean
}): DirectoryEntry['kind'] {
  if (entry.isFile()) return 'file'
  if (entry.isDirectory()) return 'directory'
  return entry.isSymbolicLink() ? 'symlink' : 'other'
}
