import { stat } from 'node:fs/promises'
import { isAbsolute, resolve, sep } from 'node:path'
import type { Kernel } from './load-kernel.ts'
import { pathWords } from './path-words.ts'

/**
 * The paths that a task is about: those that were given, else the words of the prompt that name something in the working
 * directory ("audit src" is about `src`). Only whether they exist is looked at.
 */
export async function choosePaths(
  prompt: string,
  given: readonly string[],
  kernel: Kernel,
): Promise<readonly string[]> {
  if (given.length > 0) return [...new Set(given)]
  const words = pathWords(prompt).filter(looksLikePath)
  const existing = await Promise.all(
    [...new Set(words)].map(async (word) => {
      const path = resolve(kernel.options.cwd, word)
      const { workspaceRoot } = kernel.sources
      const isInside = path === workspaceRoot || path.startsWith(workspaceRoot + sep)
      return isInside && (await exists(path)) ? [word] : []
    }),
  )
  return existing.flat()
}

function looksLikePath(word: string): boolean {
  return (
    word !== '' && word !== '.' && word !== '..' && !word.startsWith('-') && !(isAbsolute(word) && word.length === 1)
  )
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  )
}
