import { readFile } from 'node:fs/promises'
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
