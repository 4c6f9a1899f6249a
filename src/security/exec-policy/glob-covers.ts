/** True where a name of a path as the shell has it, a glob or not, could mean this name. */
export function globCovers(glob: string, name: string): boolean {
  if (!/[*?[{]/.test(glob)) return glob === name
  const source = glob
    .replace(/[.+^$()|\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  const braces = source.replace(/\{([^{}]*)\}/g, (_, list: string) => `(?:${list.replaceAll(',', '|')})`)
  try {
    return new RegExp(`^${braces.replaceAll('[!', '[^')}$`).test(name)
  } catch {
    return true // It is no glob that can be told: it could be this name.
  }
}
