import { access, constants } from 'node:fs/promises'
import { join } from 'node:path'
import type { KernelClient } from '../plugin-api/index.ts'

/** What of a workspace counts once it is trusted, by absolute path of its file. */
export interface TrustedPart {
  readonly kind: 'command' | 'agent' | 'configuration'
  readonly id: string
  readonly file: string
}

/** All that trust turns on or off here. Profiles and policies are not among them: they narrow at once. */
export async function whatTrustCovers(
  kernel: Pick<KernelClient, 'commands' | 'agents' | 'workspaceRoot'>,
): Promise<readonly TrustedPart[]> {
  const [commands, agents] = await Promise.all([kernel.commands(), kernel.agents()])
  const definitions = [...commands, ...agents].flatMap(({ kind, id, origin }) =>
    origin.layer === 'project' ? [{ kind: kind === 'agent' ? kind : 'command', id, file: origin.file } as const] : [],
  )
  const file = join(kernel.workspaceRoot, '.codex', 'config.toml')
  const isThere = await access(file, constants.F_OK).then(
    () => true,
    () => false,
  )
  return [...definitions, ...(isThere ? [{ kind: 'configuration', id: 'config.toml', file } as const] : [])]
}

/** The same for people. */
export function trustText(parts: readonly TrustedPart[], trust: 'trusted' | 'untrusted'): string {
  if (parts.length === 0) return 'It brings no command, agent or configuration of its own.'
  const heading = trust === 'trusted' ? 'In force, since it is trusted:' : 'Would be in force if you trusted it:'
  return [heading, ...parts.map(({ kind, id, file }) => `  ${kind.padEnd(13)}  ${id}  ${file}`)].join('\n')
}
