import { diagnosticsFromZod } from '../plugin-api/diagnostic.ts'
import type { Handler } from '../plugin-api/handler.ts'

/** A handler whose metadata has been checked, with all that may be left out filled in; or what is wrong with it, as a predicate. */
export async function completeHandler(handler: Handler): Promise<Handler | string> {
  const { commandMetadataSchema } = await import('../plugin-api/command.ts')
  const parsed = commandMetadataSchema.safeParse(handler.metadata)
  if (!parsed.success) {
    const problems = diagnosticsFromZod(parsed.error, { file: '', code: 'plugin.module' })
    return `has wrong metadata: ${problems.map(({ field, message }) => `${field}: ${message}`).join('; ')}`
  }
  const metadata = { ...parsed.data, name: handler.metadata.name }
  return { metadata, run: (args, client, signal) => handler.run(args, client, signal) }
}
