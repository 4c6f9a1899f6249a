import { formatDiagnostic } from '../../plugin-api/diagnostic.ts'
import type { DoctorCheck } from '../../plugin-api/kernel-client.ts'
import type { SecurityDeps } from '../open-thread-security.ts'

/** Loads every kind of file, so that each broken one is told, and each broken plugin. */
export async function checkDefinitions({ kernel, store }: SecurityDeps): Promise<readonly DoctorCheck[]> {
  const kinds = kernel.registry.modules('definitionKinds').map(({ id }) => store.kind(id).catch(() => undefined))
  await Promise.all([
    ...kinds,
    store.commandEntries(),
    store.agents(),
    store.profiles(),
    store.projectProfiles(),
    store.policies(),
    store.hooks(),
  ])
  const ofConfig = new Set(kernel.loaded.diagnostics) // told by a check of their own
  const found = [...kernel.diagnostics.filter((each) => !ofConfig.has(each)), ...store.diagnostics()].filter(
    ({ severity }) => severity !== 'info',
  )
  if (found.length === 0) return [{ name: 'files', status: 'ok', detail: 'every definition and plugin loads' }]
  return found.map(({ hint, ...diagnostic }) => ({
    name: 'files',
    status: diagnostic.severity === 'error' ? 'error' : 'warning',
    detail: formatDiagnostic(diagnostic),
    ...(hint !== undefined && { fix: hint }),
  }))
}
