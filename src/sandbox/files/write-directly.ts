import { randomUUID } from 'node:crypto'
import { type FileWrite, openFileTransaction } from './file-transaction.ts'

/** Makes all changes or none, in this process. */
export function writeDirectly(files: readonly FileWrite[], signal: AbortSignal): void {
  const transaction = openFileTransaction(randomUUID())
  try {
    for (const file of files) {
      signal.throwIfAborted()
      transaction.stage(file)
    }
    transaction.commit()
  } finally {
    transaction.close()
  }
}
