/** The directories that permissions are about. All are real paths with `/`. */
export interface Places {
  readonly workspaceRoot: string
  readonly codexHome: string
  readonly homeDir: string
  readonly tempDir: string
  /** The program's own package: what is written there runs outside of any sandbox at the next start. Absent: nobody's. */
  readonly programDir?: string
  /** Files that are no secret by their name, and hold one. Absent: none. */
  readonly secretFiles?: readonly string[]
  /** Other workspaces that the user trusts: no command of this one plants what counts there. Absent: none. */
  readonly trustedRoots?: readonly string[]
}

/** The same, of directories as the system spells them: `C:\Users\me` is `C:/Users/me`, which Windows takes too. */
export function placesWithSlashes(places: Places, platform: string): Places {
  if (platform !== 'win32') return places
  const spelled = (path: string): string => path.replaceAll('\\', '/')
  return {
    workspaceRoot: spelled(places.workspaceRoot),
    codexHome: spelled(places.codexHome),
    homeDir: spelled(places.homeDir),
    tempDir: spelled(places.tempDir),
    ...(places.trustedRoots && { trustedRoots: places.trustedRoots.map(spelled) }),
    ...(places.programDir !== undefined && { programDir: spelled(places.programDir) }),
    ...(places.secretFiles && { secretFiles: places.secretFiles.map(spelled) }),
  }
}
