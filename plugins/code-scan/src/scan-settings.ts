import { z } from 'codex-kernel/plugin-api'

/** `[plugins."@codex-kernel/code-scan"]` of the configuration. */
const settingsSchema = z.strictObject({
  rule_timeout_ms: z.int().min(100).default(5000).describe('Milliseconds that one rule may take on one file.'),
  threads: z.int().min(1).max(64).optional().describe('Threads that scan. Absent: one for each core, at most 8.'),
})
export type ScanSettings = z.infer<typeof settingsSchema>

/** The settings of the plugin, or what is wrong with them. */
export function readSettings(
  given: Readonly<Record<string, unknown>>,
): { readonly settings: ScanSettings } | { readonly problem: string } {
  const parsed = settingsSchema.safeParse(given)
  if (parsed.success) return { settings: parsed.data }
  const table = '[plugins."@codex-kernel/code-scan"]'
  return { problem: `The settings ${table} are not valid: ${z.prettifyError(parsed.error)}` }
}
