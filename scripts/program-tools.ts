import { globSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import type { Tool } from '../src/plugin-api/index.ts'

/** A tool that comes with the program. */
export interface ProgramTool {
  readonly id: string
  /** Folder of its plugin, below `plugins`. */
  readonly plugin: string
  readonly tool: Tool
}

const manifestSchema = z.object({
  codex: z.object({
    contributes: z
      .object({ tools: z.array(z.object({ id: z.string(), module: z.string() })).default([]) })
      .default({ tools: [] }),
  }),
})

/** Every tool that comes with the program, by the manifests of its plugins, from the source. */
export async function programTools(root: string): Promise<readonly ProgramTool[]> {
  const manifests = globSync('plugins/*/package.json', { cwd: root }).sort()
  const found = manifests.flatMap((manifest) => {
    const { contributes } = manifestSchema.parse(JSON.parse(readFileSync(join(root, manifest), 'utf8'))).codex
    return contributes.tools.map(async ({ id, module }): Promise<ProgramTool> => {
      const source = join(root, dirname(manifest), module.replace('./dist/', 'src/').replace(/\.js$/, '.ts'))
      const { tool }: { readonly tool: Tool } = await import(source)
      return { id, plugin: basename(dirname(manifest)), tool }
    })
  })
  return await Promise.all(found)
}
