import { join } from 'node:path'
import { findFiles } from './find-files.ts'

/** Directories at a repository's root whose files steer its threads. */
const steering = ['.codex', '.agents'] as const

/** Files below a repository's `.codex` and `.agents` that lie somewhere else, since a link leads there; `root` is a real path. */
export async function findLinkedFiles(root: string): Promise<readonly string[]> {
  const found = await Promise.all(
    steering.map((name) => {
      const directory = join(root, name)
      return findFiles({ layer: 'project', trusted: true, directory, glob: '**/*', heldWithin: directory })
    }),
  )
  return found.flatMap(({ linked }) => [...linked]).sort()
}
