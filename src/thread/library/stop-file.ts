import { join } from 'node:path'

/** Where it is asked for that agents stop: a file with the id of a thread as its name, in a directory of the user's own. */
export function stopDirectory(codexHome: string): string {
  return join(codexHome, 'thread-stops')
}

/** The file that asks a thread to stop. */
export function stopFile(codexHome: string, threadId: string): string {
  return join(stopDirectory(codexHome), threadId)
}
