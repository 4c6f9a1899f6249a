import { randomUUID } from 'node:crypto'
import type { ModelCatalogue, ModelQuery } from '../plugin-api/kernel-client.ts'
import { createRedactor } from '../security/redact.ts'
import { modelCatalogue } from './model-catalogue.ts'
import { withConfiguredPrices } from './model-info.ts'
import { openAuditLog } from './open-audit-log.ts'
import { openProvider } from './open-provider.ts'
import type { SecurityDeps } from './open-thread-security.ts'

/** The models of a provider. What is asked of its server is in the audit log, as every request is. @throws CodexError `provider.*` */
export async function listModels(
  { provider, refresh = false, offline = false }: ModelQuery,
  { kernel }: Pick<SecurityDeps, 'kernel'>,
  signal: AbortSignal,
): Promise<ModelCatalogue> {
  const { options, codexHome, loaded } = kernel
  const redact = createRedactor(options.env, kernel.credentials.secrets)
  const audit = await openAuditLog(kernel, redact)
  try {
    const id = provider ?? loaded.config.model_provider
    const opened = await openProvider(id, { kernel, audit, threadId: randomUUID() }, signal)
    const deps = { codexHome, version: options.version, now: options.now }
    const { problem: missing } = await kernel.credentials.report(id, signal)
    const asked = { refresh, offline, ...(missing !== undefined && { missing }) }
    const catalogue = await modelCatalogue(opened, asked, deps, signal)
    return { ...catalogue, models: withConfiguredPrices(catalogue.models, loaded.config) }
  } finally {
    await audit.close()
  }
}
