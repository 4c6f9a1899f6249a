import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { unchangeable } from '../record-file.ts'
import { appendLine } from './append-line.ts'

/** Names of threads by id. Codex appends one line a naming to `session_index.jsonl`; the last of a thread counts. */
export async function readThreadNames(codexHome: string): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(namesFile(codexHome), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  const names = new Map<string, string>()
  for (const line of text.split('\n')) {
    const { id, thread_name: name } = parse(line)
    if (typeof id !== 'string' || typeof name !== 'string') continue
    // In the order of the last naming.
    names.delete(id)
    if (name !== '') names.set(id, name)
  }
  return names
}

/** Appends a name, whole or not at all; an empty one takes the name away. @throws CodexError `rollout.unwritable` */
export async function writeThreadName(codexHome: string, id: string, name: string, now: Date): Promise<void> {
  const file = namesFile(codexHome)
  await appendLine(file, { id, thread_name: name, updated_at: now.toISOString() }).catch((cause: unknown) => {
    throw unchangeable('list of names', file, cause)
  })
}

/**
 * Takes all names that a thread had out of the file. Each line is written over with blanks, as long as it was: what others append
 * meanwhile stays where it is. @throws CodexError `rollout.unwritable`
 */
export async function eraseThreadNames(codexHome: string, id: string): Promise<void> {
  const file = namesFile(codexHome)
  try {
    const handle = await open(file, 'r+')
    try {
      let at = 0
      // A character a byte, also where the text is damaged; ids have no others.
      for (const line of (await handle.readFile('latin1')).split('\n')) {
        if (parse(line).id === id) await handle.write(Buffer.alloc(line.length, ' '), 0, line.length, at)
        at += line.length + 1
      }
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'))
      throw unchangeable('list of names', file, cause)
  }
}

function namesFile(codexHome: string): string {
  return join(codexHome, 'session_index.jsonl')
}

function parse(line: string): { readonly id?: unknown; readonly thread_name?: unknown } {
  try {
    return (JSON.parse(line) as { id?: unknown; thread_name?: unknown } | null) ?? {} // fields are checked by the caller
  } catch {
    return {} // a torn line
  }
}
