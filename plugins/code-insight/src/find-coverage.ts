import { isCodexError, type ToolContext, type Tree, type TreeFile } from 'codex-kernel/plugin-api'

/** A report of a large code base has some tens of megabytes. */
const maxFileBytes = 96 * 1024 * 1024
const reportName =
  /^(?:lcov\.info|coverage-(?:final|summary)\.json|coverage\.(?:json|xml|lcov|out|txt)|cobertura[\w.-]*\.xml|(?:c|cover|coverage|profile)\.out|.*\.coverprofile|jacoco[\w.-]*\.xml)$/i
/** Folders that reports are written to, and that `.gitignore` files name. */
const reportFolders = [
  'coverage',
  'reports',
  'report',
  '.nyc_output',
  'htmlcov',
  'test-results',
  'target/site',
  'build/reports',
  'out/coverage',
  'tmp/coverage',
]
const manifestName =
  /(?:^|\/)(?:package\.json|pyproject\.toml|setup\.(?:py|cfg)|go\.mod|pom\.xml|build\.gradle(?:\.kts)?|Cargo\.toml|Gemfile)$/
const maxPackages = 60

/**
 * Files that are called like coverage reports: those of the tree, and those that lie ignored beside a manifest or in the
 * folders that reports are written to.
 */
export async function findCoverage(
  tree: Tree,
  ctx: ToolContext,
): Promise<{ readonly files: readonly TreeFile[]; readonly denied: readonly string[] }> {
  const found = new Map(tree.files.filter(isReport).map((file) => [file.path, file]))
  const folders = tree.files.flatMap(({ path }) =>
    manifestName.test(path) ? [path.slice(0, path.lastIndexOf('/'))] : [],
  )
  const denied: string[] = []
  const packages = [...new Set([tree.root, ...folders.toSorted((a, b) => a.length - b.length)])].slice(0, maxPackages)
  for (const folder of packages) {
    const entries = new Map((await ctx.fs.list(folder)).map(({ name, kind }) => [name, kind]))
    const files = [...entries].flatMap(([name, kind]) => (kind === 'file' && reportName.test(name) ? [name] : []))
    const inside = reportFolders.filter((name) => entries.get(name.split('/')[0] ?? '') === 'directory')
    for (const name of [...files, ...inside]) {
      const path = `${folder}/${name}`
      const below = await openIfThere(path, ctx)
      if (below === 'denied') denied.push(path)
      else for (const file of below?.files ?? []) if (isReport(file)) found.set(file.path, file)
    }
  }
  return { files: [...found.values()], denied }
}

function isReport({ path }: TreeFile): boolean {
  return reportName.test(path.slice(path.lastIndexOf('/') + 1))
}

/** Undefined where there is no such folder: `target` is there, `target/site` not. */
async function openIfThere(path: string, ctx: ToolContext): Promise<Tree | 'denied' | undefined> {
  try {
    return await ctx.fs.openTree(path, { gitignore: false, maxFileBytes, maxFiles: 5000 })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    if (isCodexError(error) && error.code === 'permission.denied') return 'denied'
    throw error
  }
}
