import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** Of a thread, so many of the newest are told. */
const maxRecords = 1000

/** The audit records of a thread, oldest first. */
export async function auditPart(threadId: string, codexHome: string): Promise<readonly unknown[]> {
  const directory = join(codexHome, 'audit')
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  const records: unknown[] = []
  for (const name of names.filter((each) => each.endsWith('.jsonl')).sort()) {
    for await (const line of createInterface({ input: createReadStream(join(directory, name)) })) {
      if (line.includes(`"thread":"${threadId}"`)) records.push(parsed(line))
      if (records.length > maxRecords) records.shift()
    }
  }
  return records
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return { broken_line: line }
  }
}
