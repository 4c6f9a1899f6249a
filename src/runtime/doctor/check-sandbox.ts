import type { DoctorCheck } from '../../plugin-api/kernel-client.ts'
import type { SecurityDeps } from '../open-thread-security.ts'

/** The backend that holds commands; where none works, why each does not, and what to do. */
export async function checkSandbox({ backend }: SecurityDeps): Promise<readonly DoctorCheck[]> {
  const chosen = await backend()
  if (chosen.backend) return [{ name: 'sandbox', status: 'ok', detail: `${chosen.backend.id}: ${chosen.detail}` }]
  const detail = `commands and writes are refused: ${chosen.reason}`
  return [{ name: 'sandbox', status: 'warning', detail, fix: chosen.fix }]
}
