import { formatDiagnostic } from '../../plugin-api/diagnostic.ts'
import type { DoctorCheck } from '../../plugin-api/kernel-client.ts'
import type { SecurityDeps } from '../open-thread-security.ts'

/** What is wrong in the files of the configuration; the other checks go on as if a broken one were empty. */
export async function checkConfig({ kernel }: SecurityDeps): Promise<readonly DoctorCheck[]> {
  const { diagnostics, layers } = kernel.loaded
  const found = diagnostics.filter(({ severity }) => severity !== 'info')
  const files = layers.flatMap(({ source }) => source?.file ?? [])
  if (found.length === 0)
    return [{ name: 'config', status: 'ok', detail: files.join(', ') || 'no file, so the defaults hold' }]
  return found.map(({ hint, ...diagnostic }) => ({
    name: 'config',
    status: diagnostic.severity === 'error' ? 'error' : 'warning',
    detail: formatDiagnostic(diagnostic),
    ...(hint !== undefined && { fix: hint }),
  }))
}
