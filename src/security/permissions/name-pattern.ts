/** Compiles the pattern of a tool or agent id: `*` stands for any run of characters, all else for itself. */
export function compileNamePattern(pattern: string): (name: string) => boolean {
  const source = pattern
    .split('*')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*')
  const regex = new RegExp(`^${source}$`, 's')
  return (name) => regex.test(name)
}
