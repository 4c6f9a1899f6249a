import type { Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { CodexError } from '../../plugin-api/index.ts'
import { surveyUnnameable } from './survey-unnameable.ts'

/** Entries that one survey looks at before it gives up: a tree of that size takes a second or so. */
const maxEntries = 200_000
/** Directories read at the same time. */
const width = 32

/** What a survey looks for; paths are absolute and real as far as the root is. */
export interface TreeQuestion {
  /** True for entries to report. What lies below a reported directory is not looked at. */
  wants(entry: { readonly path: string; readonly name: string; readonly isDirectory: boolean }): boolean
}

/**
 * Walks a directory and gives the entries that are wanted. Symbolic links are reported, never followed; `node_modules` and the
 * insides of `.git` are left out, since both hold many files and none of the user's. A directory that may not be read is left out too: commands cannot read it either.
 * @throws CodexError `sandbox.failed` for a tree that is too large or too deep to know, or holds what cannot be named
 */
export async function surveyTree(root: string, question: TreeQuestion): Promise<readonly string[]> {
  const found: string[] = []
  let seen = 0
  let pending: readonly string[] = [root]
  while (pending.length > 0) {
    const batch = pending.slice(0, width)
    const listed = await Promise.all(
      batch.map(async (directory) => ({ directory, entries: await entriesOf(directory) })),
    )
    const next: string[] = []
    for (const { directory, entries } of listed) {
      seen += entries.length
      // What stands for bytes that are no UTF-8 (and, rarely, for itself).
      if (entries.some(({ name }) => name.includes('\uFFFD'))) await surveyUnnameable(directory, question, isSkipped)
      for (const entry of entries) {
        const file = path.join(directory, entry.name)
        if (question.wants({ path: file, name: entry.name, isDirectory: entry.isDirectory() })) found.push(file)
        else if (entry.isDirectory() && !isSkipped(entry.name)) next.push(file)
      }
    }
    if (seen > maxEntries) throw tooLarge(root)
    pending = [...next, ...pending.slice(width)]
  }
  return found.sort()
}

/** The same for one directory without those in it. */
export async function surveyDirectory(directory: string, question: TreeQuestion): Promise<readonly string[]> {
  const entries = await entriesOf(directory)
  return entries
    .map((entry) => ({ path: path.join(directory, entry.name), name: entry.name, isDirectory: entry.isDirectory() }))
    .filter((entry) => question.wants(entry))
    .map((entry) => entry.path)
}

function isSkipped(name: string): boolean {
  return name === 'node_modules' || name === '.git'
}

async function entriesOf(directory: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(directory, { withFileTypes: true })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENAMETOOLONG') throw tooDeep(directory)
    if (code === 'ENOENT' || code === 'EACCES' || code === 'EPERM' || code === 'ENOTDIR') return []
    throw error
  }
}

function tooLarge(root: string): CodexError {
  return new CodexError(
    'sandbox.failed',
    `${root} holds more than ${maxEntries} files, too many to look for secrets before a command runs.`,
    { hint: 'Start in a smaller directory.' },
  )
}

function tooDeep(directory: string): CodexError {
  return new CodexError(
    'sandbox.failed',
    `${directory.slice(0, 200)}… is too deep a directory to look for secrets in, since its path is longer than the system takes.`,
    { hint: 'Remove it: rm -r takes such directories away.' },
  )
}
