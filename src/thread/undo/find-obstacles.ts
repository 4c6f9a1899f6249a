import { lstat, readdir } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import type { UndoPlan, UndoStep } from './plan-undo.ts'

/**
 * Takes out of a plan what cannot be put where it was: a link or a file stands on its way, or a directory with other files in its
 * place. What the other steps remove is no obstacle.
 *
 * @param root absolute, real path
 * @throws the `node:fs` error
 */
export async function withoutObstacles({ steps, conflicts }: UndoPlan, root: string): Promise<UndoPlan> {
  const removed = new Set(steps.flatMap(({ path, wanted }) => (wanted === undefined ? path : [])))
  const left: UndoStep[] = []
  const blocked: { readonly path: string; readonly reason: string }[] = []
  for (const step of steps) {
    const reason = step.wanted && (await obstacleOf(step.path, removed, root))
    if (reason === undefined) left.push(step)
    else blocked.push({ path: step.path, reason })
  }
  return { steps: left, conflicts: [...conflicts, ...blocked].sort((a, b) => (a.path < b.path ? -1 : 1)) }
}

async function obstacleOf(path: string, removed: ReadonlySet<string>, root: string): Promise<string | undefined> {
  const parts = path.split('/')
  for (let length = 1; length < parts.length; length += 1) {
    const parent = parts.slice(0, length).join('/')
    const facts = await lstat(join(root, parent)).catch(() => undefined)
    if (facts === undefined || removed.has(parent)) return undefined
    if (facts.isSymbolicLink()) return `${parent} is a link now`
    if (!facts.isDirectory()) return `${parent} is a file now`
  }
  const facts = await lstat(join(root, path)).catch(() => undefined)
  if (facts === undefined || facts.isFile() || facts.isSymbolicLink()) return undefined
  if (!facts.isDirectory()) return 'what stands there now is no file'
  const entries = await readdir(join(root, path), { recursive: true, withFileTypes: true })
  const others = entries.filter((entry) => {
    if (entry.isDirectory()) return false
    return !removed.has(relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
  })
  return others.length > 0 ? 'a directory with other files stands there now' : undefined
}
