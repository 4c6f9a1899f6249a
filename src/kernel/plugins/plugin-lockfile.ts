import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { diagnosticsFromZod } from '../../plugin-api/diagnostic.ts'
import { CodexError } from '../../plugin-api/errors.ts'
import { parseJson } from '../parse-json.ts'
import { contributionListSchema } from './contribution-list.ts'
import { lockfileName } from './plugin-places.ts'

const lockedPluginSchema = z.strictObject({
  type: z.enum(['installed', 'linked']).describe('Whether the package was copied here, or is used where it lies.'),
  source: z.string().describe('Where it came from, as asked for, without credentials: what an update asks again.'),
  version: z.string().describe('Version of the package.'),
  resolved: z.string().optional().describe('What the source stood for: a commit. Absent: the integrity says it.'),
  integrity: z.string().optional().describe('SHA-512 of the tarball, as npm writes it. Absent: linked.'),
  tarball: z.string().optional().describe('File that was installed, from the data directory. Absent: linked.'),
  scripts_ran: z.boolean().default(false).describe('Whether the install scripts were run.'),
  agreed: contributionListSchema.describe('What was agreed to.'),
  files_digest: z.string().optional().describe('SHA-256 of the list of installed files, in `digests`. Absent: linked.'),
})

/** `codex-plugins.lock.json`, beside the plugins that it is about. */
export const pluginLockfileSchema = z.strictObject({
  lockfile_version: z.literal(1).describe('Version of this format.'),
  plugins: z.record(z.string(), lockedPluginSchema).describe('By package name.'),
})
export type PluginLockfile = z.infer<typeof pluginLockfileSchema>
export type LockedPlugin = z.infer<typeof lockedPluginSchema>

export const emptyLockfile: PluginLockfile = { lockfile_version: 1, plugins: {} }

/** The lockfile of a data directory; empty where there is none. @throws CodexError `plugin.record` */
export async function readPluginLockfile(dataDir: string): Promise<PluginLockfile> {
  const file = join(dataDir, lockfileName)
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return emptyLockfile
    throw broken(file, 'cannot be read', {}, cause)
  }
  const parsed = parseJson(text)
  if (!parsed.ok) throw broken(file, 'is not JSON', { line: parsed.line, column: parsed.column })
  const checked = pluginLockfileSchema.safeParse(parsed.value)
  if (checked.success) return checked.data
  const [first] = diagnosticsFromZod(checked.error, { file, code: 'plugin.record', locate: parsed.locate })
  throw broken(file, `is not as it was written: ${first?.message}`, {
    ...(first?.line !== undefined && { line: first.line }),
    ...(first?.column !== undefined && { column: first.column }),
    ...(first?.field !== undefined && { field: first.field }),
  })
}

/** What is locked under a name; undefined where nothing is, whatever the name. */
export function lockedPlugin({ plugins }: PluginLockfile, name: string): LockedPlugin | undefined {
  return Object.hasOwn(plugins, name) ? plugins[name] : undefined
}

/** The text of a lockfile, plugins by name. */
export function formatPluginLockfile(lockfile: PluginLockfile): string {
  const plugins = Object.fromEntries(Object.entries(lockfile.plugins).sort(([a], [b]) => (a < b ? -1 : 1)))
  return `${JSON.stringify({ ...lockfile, plugins }, undefined, 2)}\n`
}

function broken(
  file: string,
  problem: string,
  place: { readonly line?: number; readonly column?: number; readonly field?: string },
  cause?: unknown,
): CodexError {
  return new CodexError('plugin.record', `The lockfile of the plugins ${problem}`, {
    location: { file, ...place },
    hint: 'Put it back as it was, or take the file away and install the plugins again.',
    cause,
  })
}
