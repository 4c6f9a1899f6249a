import { type CodexError, isCodexError } from '../plugin-api/errors.ts'
import type { CredentialReport } from '../plugin-api/kernel-client.ts'
import type { Kernel } from './load-kernel.ts'
import { findProvider } from './open-provider.ts'

/** Where the credential of a provider comes from. That there is no such provider is its problem before any other. */
export async function reportProvider(id: string, kernel: Kernel, signal: AbortSignal): Promise<CredentialReport> {
  const report = await kernel.credentials.report(id, signal)
  const unknown = unknownProvider(id, kernel)
  return unknown === undefined ? report : { ...report, problem: `${unknown.message}. ${unknown.hint ?? ''}`.trim() }
}

/** Why no provider has that id; undefined where one has. */
export function unknownProvider(id: string, kernel: Kernel): CodexError | undefined {
  try {
    findProvider(id, kernel)
    return undefined
  } catch (error) {
    if (isCodexError(error)) return error
    throw error
  }
}
