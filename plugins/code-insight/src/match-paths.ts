/**
 * Finds the file of the code base that a report means. A report has absolute paths of the machine that made it, paths from a
 * package's folder, or those of a module: the file whose path ends like it, in as many folders as possible, is meant.
 */
export function createPathMatcher(
  files: readonly string[],
  workspaceRoot: string,
): (path: string) => string | undefined {
  const known = new Set(files)
  const byName = Map.groupBy(files, nameOf)
  return (reported) => {
    const path = reported.replaceAll('\\', '/').replace(/^\.\//, '')
    const inside = path.startsWith(`${workspaceRoot}/`) ? path.slice(workspaceRoot.length + 1) : path
    if (known.has(inside)) return inside
    const ranked = (byName.get(nameOf(inside)) ?? []).map((file) => ({ file, alike: commonTail(file, inside) }))
    const best = Math.max(0, ...ranked.map(({ alike }) => alike))
    const [first, second] = ranked.filter(({ alike }) => alike === best)
    const isWhole = best === inside.split('/').length || best === (first?.file.split('/').length ?? 0)
    return first && !second && (isWhole || best > 1) ? first.file : undefined
  }
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

function commonTail(a: string, b: string): number {
  const [one, other] = [a.split('/').reverse(), b.split('/').reverse()]
  const end = one.findIndex((part, index) => part !== other[index])
  return end < 0 ? one.length : end
}
