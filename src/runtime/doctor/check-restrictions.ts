import { isCodexError } from '../../plugin-api/errors.ts'
import type { DoctorCheck } from '../../plugin-api/kernel-client.ts'
import type { SecurityDeps } from '../open-thread-security.ts'
import { assertRestrictionsRead } from '../unread-settings.ts'

/** Whether the configuration forbids in ways that this version does not read, for which every thread is refused. */
export async function checkRestrictions({ kernel }: SecurityDeps): Promise<readonly DoctorCheck[]> {
  try {
    assertRestrictionsRead(kernel.loaded)
    return []
  } catch (error) {
    if (!isCodexError(error)) throw error
    const { message, location, hint } = error
    const detail = `no thread can start: ${message}${location ? ` (${location.file})` : ''}`
    return [{ name: 'restrictions', status: 'error', detail, ...(hint !== undefined && { fix: hint }) }]
  }
}
