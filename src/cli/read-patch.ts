import { open } from 'node:fs/promises'
import { CodexError } from '../plugin-api/errors.ts'
import { readStdin } from './read-prompt.ts'

/** More than any patch of text has; what has no end (`/dev/zero`) ends there. */
const maxPatchBytes = 64 * 1024 * 1024

/** The text of a patch, from a file (also a pipe), or standard input where none is named. @throws CodexError `patch.invalid`; the abort reason */
export async function readPatch(file: string | undefined, signal: AbortSignal): Promise<string> {
  const bytes = file === undefined ? await readStdin(signal) : await bytesOf(file, signal)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw unreadable(file, 'it is not valid UTF-8', cause)
  }
}

async function bytesOf(file: string, signal: AbortSignal): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  let sizeBytes = 0
  try {
    const handle = await open(file)
    for await (const chunk of handle.createReadStream({ signal })) {
      sizeBytes += chunk.length
      if (sizeBytes > maxPatchBytes) throw unreadable(file, `it is longer than ${maxPatchBytes} bytes`)
      chunks.push(Buffer.from(chunk))
    }
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof CodexError) throw error
    throw unreadable(file, error instanceof Error ? error.message : String(error), error)
  }
  return Buffer.concat(chunks)
}

function unreadable(file: string | undefined, why: string, cause?: unknown): CodexError {
  return new CodexError('patch.invalid', `The patch ${file ?? 'on standard input'} cannot be read: ${why}`, {
    hint: 'Name a file with a patch between *** Begin Patch and *** End Patch; - is standard input.',
    cause,
  })
}
