/** A download or build cache of a package manager: where it lies below the home directory, and the programs that fill it. */
export interface CachePlace {
  readonly name: string
  /** Names on PATH. */
  readonly programs: readonly string[]
  /** Where it is the place that the program takes by itself. Absent: on all systems. */
  readonly platform?: 'linux' | 'darwin' | 'win32'
}

const of = (programs: readonly string[], names: readonly string[], platform?: CachePlace['platform']) =>
  names.map((name): CachePlace => ({ name, programs, ...(platform && { platform }) }))

/** What `:caches` stands for (docs/profiles.md lists them by system). No place here holds credentials, settings or programs on PATH. */
export const cachePlaces: readonly CachePlace[] = [
  // Not all of it: programs that `npx` starts lie in `.npm/_npx`.
  ...of(['npm'], ['.npm/_cacache', '.npm/_logs']),
  ...of(['npm'], ['AppData/Local/npm-cache'], 'win32'),
  ...of(['bun'], ['.bun/install/cache']),
  ...of(['cargo'], ['.cargo/registry', '.cargo/git']),
  ...of(['go'], ['go/pkg/mod']),
  ...of(['gradle'], ['.gradle/caches']),
  ...of(['mvn'], ['.m2/repository']),
  ...of(['dotnet'], ['.nuget/packages']),
  ...of(['pip', 'pip3'], ['.cache/pip'], 'linux'),
  ...of(['uv'], ['.cache/uv']),
  ...of(['yarn'], ['.cache/yarn'], 'linux'),
  ...of(['yarn'], ['.yarn/berry/cache']),
  ...of(['pnpm'], ['.cache/pnpm', '.local/share/pnpm/store'], 'linux'),
  ...of(['corepack'], ['.cache/node']),
  ...of(['go'], ['.cache/go-build'], 'linux'),
  ...of(['deno'], ['.cache/deno'], 'linux'),
  ...of(['poetry'], ['.cache/pypoetry'], 'linux'),
  ...of(['composer'], ['.cache/composer'], 'linux'),
  ...of(['ccache'], ['.cache/ccache'], 'linux'),
  ...of(['pip', 'pip3'], ['Library/Caches/pip'], 'darwin'),
  ...of(['go'], ['Library/Caches/go-build'], 'darwin'),
  ...of(['yarn'], ['Library/Caches/Yarn'], 'darwin'),
  ...of(['pnpm'], ['Library/Caches/pnpm', 'Library/pnpm/store'], 'darwin'),
  ...of(['deno'], ['Library/Caches/deno'], 'darwin'),
  ...of(['poetry'], ['Library/Caches/pypoetry'], 'darwin'),
  ...of(['composer'], ['Library/Caches/composer'], 'darwin'),
  ...of(['ccache'], ['Library/Caches/ccache'], 'darwin'),
  ...of(['pip', 'pip3'], ['AppData/Local/pip/Cache'], 'win32'),
  ...of(['uv'], ['AppData/Local/uv/cache'], 'win32'),
  ...of(['go'], ['AppData/Local/go-build'], 'win32'),
  ...of(['yarn'], ['AppData/Local/Yarn/Cache'], 'win32'),
  ...of(['pnpm'], ['AppData/Local/pnpm/store'], 'win32'),
]

/** All of them as absolute paths: those of other systems are not there. */
export function cacheDirectories(homeDir: string): readonly string[] {
  return cachePlaces.map(({ name }) => `${homeDir === '/' ? '' : homeDir}/${name}`)
}
