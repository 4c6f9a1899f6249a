import { categories, type ToolContext, z } from 'codex-kernel/plugin-api'

const ruleName = z.string().regex(/^[a-z*][a-z0-9*:-]*$/, 'an id of a rule, in which * stands for any text')

/** `[plugins."@codex-kernel/code-scan"]` of the configuration. */
const settingsSchema = z.strictObject({
  rule_timeout_ms: z
    .int()
    .min(100)
    .default(5000)
    .describe('Milliseconds of computing that one rule may take on one file; on the clock ten times as many.'),
  threads: z.int().min(1).max(64).optional().describe('Threads that scan. Absent: one for each core, at most 8.'),
  categories: z
    .array(z.enum(categories))
    .min(1)
    .default(['security', 'correctness'])
    .describe(
      'Categories of rules that run where nobody asks for others. Rules of the user and of the repository always do.',
    ),
  disable: z.array(ruleName).default([]).describe('Rules that do not run, unless they are asked for by id.'),
  disable_in: z
    .array(
      z.strictObject({
        paths: z
          .array(z.string().min(1))
          .min(1)
          .describe('Globs below the workspace root, as in .gitignore: a name without / is one at any depth.'),
        rules: z
          .array(ruleName)
          .min(1)
          .optional()
          .describe('Rules whose findings do not count there. Absent: the files are not scanned.'),
        reason: z.string().optional().describe('Why, for those who read it later.'),
      }),
    )
    .default([])
    .describe('Paths in which rules do not count.'),
})
export type ScanSettings = z.infer<typeof settingsSchema>

export interface ReadSettings {
  readonly settings: ScanSettings
  /** How many switches a repository that is not trusted has set, which count for nothing. */
  readonly ignored: number
}

/** The settings in force, or what is wrong with them. Those of a repository count once it is trusted, be it for this run. */
export async function readSettings(
  ctx: Pick<ToolContext, 'settings' | 'untrustedSettings' | 'workspaceTrusted'>,
): Promise<ReadSettings | { readonly problem: string }> {
  const wished = (await ctx.untrustedSettings?.()) ?? {}
  const isObeyed = ctx.workspaceTrusted === true
  const { enabled: _, install: __, ...given } = { ...ctx.settings, ...(isObeyed ? wished : {}) }
  const parsed = settingsSchema.safeParse(given)
  if (parsed.success) return { settings: parsed.data, ignored: isObeyed ? 0 : countSwitches(wished) }
  const table = '[plugins."@codex-kernel/code-scan"]'
  return { problem: `The settings ${table} are not valid: ${z.prettifyError(parsed.error)}` }
}

function countSwitches({ disable, disable_in, categories: chosen }: Readonly<Record<string, unknown>>): number {
  const length = (list: unknown): number => (Array.isArray(list) ? list.length : 0)
  return length(disable) + length(disable_in) + (chosen === undefined ? 0 : 1)
}
