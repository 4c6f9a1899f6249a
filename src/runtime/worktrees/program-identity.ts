/** Who makes the commits that only say what was there: options of git that stand before the subcommand. */
export const programIdentity: readonly string[] = ['-c', 'user.name=codex', '-c', 'user.email=codex@localhost']
