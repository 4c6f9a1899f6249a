/** One mount, in the order in which bubblewrap makes it. A later one covers what an earlier one shows below its path. */
export interface Mount {
  readonly path: string
  /** What stands at `path` then: the host's file or directory, or something of the sandbox's own. */
  readonly shows: 'host' | 'own'
  readonly args: readonly string[]
}
