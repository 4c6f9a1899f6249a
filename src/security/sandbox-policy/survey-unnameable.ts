import { readdir } from 'node:fs/promises'
import { CodexError } from '../../plugin-api/index.ts'
import type { TreeQuestion } from './survey-tree.ts'

const slash = Buffer.from('/')

/**
 * Looks at the entries of a directory whose names are no UTF-8, and at all below them. A path of text cannot name them, so that nothing there
 * could be held back from a command.
 *
 * @throws CodexError `sandbox.failed` where one of them is wanted
 */
export async function surveyUnnameable(
  directory: string,
  question: TreeQuestion,
  isSkipped: (name: string) => boolean,
): Promise<void> {
  const pending = [Buffer.from(directory)]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const isTop = next.equals(Buffer.from(directory))
    for (const entry of await readdir(next, { encoding: 'buffer', withFileTypes: true })) {
      const name = entry.name.toString()
      if (isTop && Buffer.from(name).equals(entry.name)) continue
      const bytes = Buffer.concat([next, slash, entry.name])
      const path = bytes.toString()
      if (question.wants({ path, name, isDirectory: entry.isDirectory() })) throw unnameable(path)
      if (entry.isDirectory() && !isSkipped(name)) pending.push(bytes)
    }
  }
}

function unnameable(path: string): CodexError {
  return new CodexError(
    'sandbox.failed',
    `${path} has to be held back from commands, and cannot be named: a part of its path is no UTF-8.`,
    { hint: 'Rename or remove it.' },
  )
}
