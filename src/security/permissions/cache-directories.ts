/** What `:caches` stands for: the download caches of package managers below the home directory (docs/profiles.md lists them). */
export const cacheNames = [
  '.npm',
  '.cache/pip',
  '.cache/uv',
  '.cache/yarn',
  '.cache/pnpm',
  '.cache/go-build',
  '.cache/node',
  '.local/share/pnpm/store',
  '.cargo/registry',
  '.cargo/git',
  'go/pkg/mod',
  '.gradle/caches',
  '.m2/repository',
  '.nuget/packages',
  'Library/Caches/pip',
  'Library/Caches/go-build',
  'Library/Caches/Yarn',
] as const

/** The same as absolute paths. */
export function cacheDirectories(homeDir: string): readonly string[] {
  return cacheNames.map((name) => `${homeDir === '/' ? '' : homeDir}/${name}`)
}
