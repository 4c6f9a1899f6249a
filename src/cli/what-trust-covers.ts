import { existsSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { confirmedConfigs } from '../config/confirmed-configs.ts'
import { readConfigText, textLayer } from '../config/file-layer.ts'
import { findNestedConfigs } from '../config/find-nested-configs.ts'
import { configsInForce, configsToConfirm, findProjectConfigs } from '../config/project-layers.ts'
import type { KernelClient } from '../plugin-api/index.ts'
import { hookFiles } from '../runtime/hooks/find-hooks.ts'
import { linkedDefinitions } from './linked-definitions.ts'

/** What of a workspace counts once it is trusted, by absolute path of its file. */
export interface TrustedPart {
  readonly kind: 'command' | 'agent' | 'configuration' | 'hooks' | 'linked file'
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
  const [commands, agents, configuration, hooks, linked] = await Promise.all([
    ...([kernel.commands(), kernel.agents(), configParts(kernel), hookParts(kernel), waitingLinks(kernel)] as const),
  ])
  const definitions = [...commands, ...agents].flatMap(({ kind, id, origin }) =>
    origin.layer === 'project' ? [{ kind: kind === 'agent' ? kind : 'command', id, file: origin.file } as const] : [],
  )
  return [...definitions, ...configuration, ...hooks, ...linked]
}

/** Of a trusted workspace: what a link puts into its `.codex` or `.agents` from elsewhere and is not confirmed. */
async function waitingLinks(kernel: Places & Pick<KernelClient, 'trust'>): Promise<readonly TrustedPart[]> {
  const { workspaceRoot, codexHome, trust } = kernel
  if (trust !== 'trusted') return []
  const [linked, isConfirmed] = await Promise.all([
    linkedDefinitions(workspaceRoot),
    confirmedConfigs(codexHome, workspaceRoot),
  ])
  const waiting = linked.filter(({ file, text }) => !isConfirmed(file, text))
  return waiting.map(({ file }) => ({ kind: 'linked file', id: relative(workspaceRoot, file), file, waits: true }))
}

/** Files that count only as the user confirms them, wherever they lie in the workspace: those with hooks, configuration below its root, and what links put into `.codex` and `.agents`. */
export async function filesThatWait(places: Places): Promise<readonly string[]> {
  const [{ configs, hooks }, linked] = await Promise.all([allConfigs(places), linkedDefinitions(places.workspaceRoot)])
  const waiting = await configsToConfirm(places.workspaceRoot, configs)
  return [...new Set([...waiting, ...hooks, ...linked.map(({ file }) => file)])].sort()
}

/** All in the workspace, and those on the way to the working directory wherever that lies. Those of configuration may hold hooks too. */
async function allConfigs({ workspaceRoot, cwd, codexHome }: Places) {
  const [onTheWay, below] = await Promise.all([
    findProjectConfigs(workspaceRoot, cwd, codexHome),
    findNestedConfigs(workspaceRoot),
  ])
  const [userFile, ...ofProject] = hookFiles(codexHome, { root: workspaceRoot, cwd })
  const all = new Set([...onTheWay, ...below, ...ofProject.filter((file) => existsSync(file))])
  for (const own of [join(codexHome, 'config.toml'), userFile]) if (own !== undefined) all.delete(own)
  const sorted = [...all].sort()
  const configs = sorted.filter((file) => basename(file) === 'config.toml')
  const withHooks = await Promise.all(configs.map(hasHooks))
  return {
    configs,
    hooks: sorted.filter((file) => !configs.includes(file) || withHooks[configs.indexOf(file)] === true),
  }
}

/** What cannot be read is told when it is used. */
async function hasHooks(file: string): Promise<boolean> {
  try {
    return textLayer('project', file, (await readConfigText(file)) ?? '').table.hooks !== undefined
  } catch {
    return false
  }
}

async function hookParts(kernel: Places & Pick<KernelClient, 'trust'>): Promise<readonly TrustedPart[]> {
  const { workspaceRoot, codexHome, trust } = kernel
  const { hooks } = await allConfigs(kernel)
  const isConfirmed = await confirmedConfigs(codexHome, workspaceRoot)
  const parts = hooks.map(async (file): Promise<TrustedPart> => {
    const text = await readConfigText(file).catch(() => undefined)
    const waits = trust === 'trusted' && !isConfirmed(file, text ?? '')
    const path = relative(workspaceRoot, file)
    const id = path === join('.codex', basename(file)) ? basename(file) : path
    return { kind: 'hooks', id, file, ...(waits && { waits }) }
  })
  return await Promise.all(parts)
}

async function configParts(kernel: Places & Pick<KernelClient, 'trust'>): Promise<readonly TrustedPart[]> {
  const { workspaceRoot, codexHome, trust } = kernel
  const { configs: files } = await allConfigs(kernel)
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
  if (parts.length === 0) return 'It brings no command, agent, hook or configuration of its own.'
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
