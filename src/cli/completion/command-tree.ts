import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readUserPlugins } from '../../kernel/read-user-plugins.ts'

/** A flag as `oclif manifest` records it, as far as completion needs it. */
export interface CommandFlag {
  readonly name: string
  readonly char?: string
  readonly description?: string
  readonly hidden?: boolean
  readonly type: 'boolean' | 'option'
  readonly options?: readonly string[]
}

export interface CommandNode {
  /** Words with colons: `commands:new`. */
  readonly id: string
  readonly summary: string
  readonly flags: readonly CommandFlag[]
}

interface Manifest {
  readonly commands?: Readonly<Record<string, ManifestCommand>>
}

interface ManifestCommand {
  readonly id: string
  readonly summary?: string
  readonly hidden?: boolean
  readonly flags?: Readonly<Record<string, CommandFlag>>
}

/** The commands of the program and of the plugins that are installed, from oclif's manifests: nothing of a plugin is imported. */
export async function commandTree(packageRoot: string, codexHome: string): Promise<readonly CommandNode[]> {
  const { manifests } = await readUserPlugins(join(codexHome, 'oclif'))
  const roots = [packageRoot, ...manifests.map(({ root }) => root)]
  const found = await Promise.all(roots.map((root) => readManifest(join(root, 'oclif.manifest.json'))))
  return found.flatMap(({ commands = {} }) =>
    Object.values(commands).flatMap(({ id, summary = '', hidden, flags = {} }) =>
      hidden ? [] : { id, summary, flags: Object.values(flags).filter((flag) => !flag.hidden) },
    ),
  )
}

/** A plugin without one brings no commands, and one that is broken none that can be completed. */
async function readManifest(file: string): Promise<Manifest> {
  try {
    const manifest: unknown = JSON.parse(await readFile(file, 'utf8'))
    return typeof manifest === 'object' && manifest !== null ? manifest : {}
  } catch {
    return {}
  }
}
