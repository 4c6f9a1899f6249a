import { access } from 'node:fs/promises'
import { join } from 'node:path'
import type { Diagnostic, Locate } from '../plugin-api/diagnostic.ts'
import { modulePoints } from '../plugin-api/extension-points.ts'
import type { ManifestResult } from './plugin-manifest.ts'

/** The plugin, or why it is off: each module that it names has to be there. */
export async function withModules(
  result: ManifestResult,
  where: { readonly file: string; readonly locate?: Locate },
  hint: string,
): Promise<ManifestResult> {
  const { manifest } = result
  if (!manifest) return result
  const named = [...modulePoints, 'hooks' as const].flatMap((point) =>
    manifest.contributes[point].map(({ module }, index) => ({ module, path: [point, index, 'module'] })),
  )
  const checked = await Promise.all(
    named.map(async ({ module, path }): Promise<readonly Diagnostic[]> => {
      const isThere = await access(join(manifest.root, module)).then(
        () => true,
        () => false,
      )
      if (isThere) return []
      const field = ['codex', 'contributes', ...path]
      const message = `Plugin ${manifest.name} has no module ${module}`
      const place = { file: where.file, ...where.locate?.(field), field: field.join('.') }
      return [{ severity: 'error', code: 'plugin.module', message, ...place, hint }]
    }),
  )
  const missing = checked.flat()
  return missing.length === 0 ? result : { diagnostics: [...missing, ...result.diagnostics] }
}
