import type { ToolContext, Tree, TreeFile } from 'codex-kernel/plugin-api'
import { findInText, type TextSecret } from './find-in-text.ts'
import { withoutSuppressed } from './without-suppressed.ts'

/** What was left out of a scan of files, by reason. */
export interface TreeSkips {
  readonly vendored: number
  readonly binary: number
  readonly unreadable: number
  readonly too_large: number
  readonly denied: number
  readonly suppressed: number
  readonly suppressions_ignored: number
}

export interface TreeScan {
  readonly secrets: readonly TextSecret[]
  readonly scanned: number
  readonly skipped: TreeSkips
  /** Files that were not looked at, and why. */
  readonly gaps: readonly { readonly file: string; readonly reason: string }[]
  readonly truncated: boolean
  /** The values that stand in files now. They must not leave this run. */
  readonly valuesSeen: ReadonlyMap<string, TextSecret>
}

const maxFileBytes = 2 * 1024 * 1024
const vendored =
  /(^|\/)(node_modules|bower_components|vendor|third_party|\.venv|venv|site-packages|\.yarn|\.tox|__pycache__)\//
const binaryName =
  /\.(png|jpe?g|gif|webp|ico|pdf|zip|gz|tgz|xz|7z|jar|class|so|dylib|dll|exe|wasm|woff2?|ttf|otf|mp[34]|mov|node|pyc|sqlite|db)$/i

/** Secrets in the files below some roots, in the order of their paths. */
export async function scanTree(roots: readonly string[], ctx: ToolContext): Promise<TreeScan> {
  const trees: Tree[] = []
  for (const root of roots) trees.push(await ctx.fs.openTree(root, { maxFileBytes }))
  const skipped = { vendored: 0, binary: 0, unreadable: 0, suppressed: 0, suppressions_ignored: 0 }
  const secrets: TextSecret[] = []
  let scanned = 0
  for (const { file, root } of uniqueFiles(trees)) {
    ctx.signal.throwIfAborted()
    if (vendored.test(pathBelow(root, file.path))) {
      skipped.vendored++
      continue
    }
    const text = binaryName.test(file.path) ? '\0' : await readText(file, ctx.signal)
    if (text === undefined) skipped.unreadable++
    else if (text.slice(0, 8192).includes('\0')) skipped.binary++
    else {
      scanned++
      const found = await findInText(text, { file: file.relativePath, firstLine: 1 }, ctx)
      const kept = withoutSuppressed(found, text, ctx.workspaceTrusted === true)
      skipped.suppressed += kept.suppressed
      skipped.suppressions_ignored += kept.ignored
      secrets.push(...kept.secrets)
    }
  }
  const sum = (of: (tree: Tree) => number): number => trees.reduce((total, tree) => total + of(tree), 0)
  return {
    secrets,
    scanned,
    skipped: {
      ...skipped,
      too_large: sum((tree) => tree.skipped.tooLarge),
      denied: sum((tree) => tree.skipped.denied),
    },
    gaps: trees.flatMap(({ leftOut = [] }) => leftOut.map(({ relativePath: file, reason }) => ({ file, reason }))),
    truncated: trees.some((tree) => tree.truncated),
    valuesSeen: new Map(secrets.toReversed().map((secret) => [secret.value, secret])),
  }
}

/** A file that lies below two roots counts for the first. */
function uniqueFiles(trees: readonly Tree[]): Iterable<{ readonly file: TreeFile; readonly root: string }> {
  const byPath = new Map<string, { readonly file: TreeFile; readonly root: string }>()
  for (const { root, files } of trees) {
    for (const file of files) if (!byPath.has(file.path)) byPath.set(file.path, { file, root })
  }
  return byPath.values()
}

function pathBelow(root: string, path: string): string {
  return path.startsWith(`${root}/`) ? path.slice(root.length + 1) : ''
}

/** Undefined for a file that is gone or refused: a scan goes on without it, and says so. */
async function readText(file: TreeFile, signal: AbortSignal): Promise<string | undefined> {
  try {
    return await file.read()
  } catch {
    signal.throwIfAborted()
    return undefined
  }
}
