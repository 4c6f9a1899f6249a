/** The first bytes of a body, and whether there were more; or why it cannot be read. */
export type ReadBody = { readonly bytes: Uint8Array; readonly isCut: boolean } | { readonly problem: string }

/** Reads a body up to a bound and closes the connection there, however much would come. @throws the abort reason */
export async function readBody(response: Response, maxBytes: number, signal: AbortSignal): Promise<ReadBody> {
  const pieces: Uint8Array[] = []
  let size = 0
  const reader = response.body?.getReader()
  try {
    while (reader !== undefined && size < maxBytes) {
      const { done, value } = await reader.read()
      if (done) return { bytes: Buffer.concat(pieces), isCut: false }
      pieces.push(value)
      size += value.length
    }
    return { bytes: Buffer.concat(pieces).subarray(0, maxBytes), isCut: reader !== undefined }
  } catch (error) {
    signal.throwIfAborted()
    return { problem: error instanceof Error && error.name === 'TimeoutError' ? 'it took too long.' : String(error) }
  } finally {
    await reader?.cancel().catch(() => undefined) // it has ended, or is given up
  }
}
