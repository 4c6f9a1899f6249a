import { join, relative } from 'node:path'
import { readConfigText } from '../config/file-layer.ts'
import { findNestedConfigs } from '../config/find-nested-configs.ts'
import { configsInForce, configsToConfirm, findProjectConfigs } from '../config/project-layers.ts'
import type { KernelClient } from '../plugin-api/index.ts'

/** What of a workspace counts once it is trusted, by absolute path of its file. */
export interface TrustedPart {
  readonly kind: 'command' | 'agent' | 'configuration'
  readonly id: string
  readonly file: string
  /** True for what came into a trusted workspace later, and counts only once `codex trust` confirms it. Absent: it does not wait. */
  readonly waits?: true
}

type Places = Pick<KernelClient, 'workspaceRoot' | 'cwd' | 'codexHome'>

/** All that trust turns on or off here. Profiles and policies are not among them: they narrow at once. */
export async function whatTrustCovers(
  kernel: Places & Pick<KernelClient, 'commands' | 'agents' | 'trust'>,
): Promise<readonly TrustedPart[]> {
  const [commands, agents, configuration] = await Promise.all([kernel.commands(), kernel.agents(), configParts(kernel)])
  const definitions = [...commands, ...agents].flatMap(({ kind, id, origin }) =>
    origin.layer === 'project' ? [{ kind: kind === 'agent' ? kind : 'command', id, file: origin.file } as const] : [],
  )
  return [...definitions, ...configuration]
}

/** Configuration files that count only as the user confirms them, wherever they lie in the workspace. */
export async function configsThatWait({ workspaceRoot, cwd, codexHome }: Places): Promise<readonly string[]> {
  return await configsToConfirm(workspaceRoot, await allConfigs({ workspaceRoot, cwd, codexHome }))
}

/** All in the workspace, and those on the way to the working directory wherever that lies. */
async function allConfigs({ workspaceRoot, cwd, codexHome }: Places): Promise<readonly string[]> {
  const [onTheWay, below] = await Promise.all([
    findProjectConfigs(workspaceRoot, cwd, codexHome),
    findNestedConfigs(workspaceRoot),
  ])
  const all = new Set([...onTheWay, ...below])
  all.delete(join(codexHome, 'config.toml'))
  return [...all].sort()
}

async function configParts(kernel: Places & Pick<KernelClient, 'trust'>): Promise<readonly TrustedPart[]> {
  const { workspaceRoot, codexHome, trust } = kernel
  const files = await allConfigs(kernel)
  const isInForce = await configsInForce(workspaceRoot, files, codexHome)
  const parts = files.map(async (file): Promise<TrustedPart> => {
    const text = await readConfigText(file).catch(() => undefined)
    const waits = trust === 'trusted' && !isInForce(file, text ?? '')
    const path = relative(workspaceRoot, file)
    const id = path === join('.codex', 'config.toml') ? 'config.toml' : path
    return { kind: 'configuration', id, file, ...(waits && { waits }) }
  })
  return await Promise.all(parts)
}

/** The same for people. */
export function trustText(parts: readonly TrustedPart[], trust: 'trusted' | 'untrusted'): string {
  if (parts.length === 0) return 'It brings no command, agent or configuration of its own.'
  const heading = trust === 'trusted' ? 'In force, since it is trusted:' : 'Would be in force if you trusted it:'
  const lines = (title: string, some: readonly TrustedPart[]) =>
    some.length === 0 ? [] : [title, ...some.map(({ kind, id, file }) => `  ${kind.padEnd(13)}  ${id}  ${file}`)]
  return [
    ...lines(
      heading,
      parts.filter(({ waits }) => !waits),
    ),
    ...lines(
      'Not in force: new or changed since it was trusted. Read it; codex trust confirms it:',
      parts.filter(({ waits }) => waits),
    ),
  ].join('\n')
}
