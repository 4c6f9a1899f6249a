import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { diagnosticOfError } from '../definitions/diagnostic-of-error.ts'
import { syntaxErrorLine } from '../kernel/syntax-error-line.ts'
import type { Diagnostic } from '../plugin-api/diagnostic.ts'
import { CodexError, isCodexError } from '../plugin-api/errors.ts'
import { modulePoints } from '../plugin-api/extension-points.ts'
import type { Kernel } from './load-kernel.ts'

/** A contribution whose module was imported, or what is wrong with it. */
export interface CheckedModule {
  /** Extension point and id, such as `tools/db_query`. */
  readonly id: string
  readonly root: string
  readonly file: string
  readonly problem?: Diagnostic
}

/** Imports every module that these plugins contribute and checks its shape. */
export async function checkPluginModules(
  { registry, activator }: Kernel,
  roots: ReadonlySet<string>,
): Promise<readonly CheckedModule[]> {
  const modules = modulePoints.flatMap((point) =>
    registry.modules(point).map((contribution) => ({
      id: `${point}/${contribution.id}`,
      plugin: contribution.plugin,
      module: contribution.entry.module,
      load: () => activator.module(contribution),
    })),
  )
  const hooks = registry.hooks.map((contribution) => ({
    id: `hooks/${contribution.entry.event}`,
    plugin: contribution.plugin,
    module: contribution.entry.module,
    load: () => activator.hook(contribution),
  }))
  const chosen = [...modules, ...hooks].filter(({ plugin }) => roots.has(plugin.root))
  return await Promise.all(
    chosen.map(async ({ id, plugin, module, load }): Promise<CheckedModule> => {
      const file = join(plugin.root, module)
      try {
        await load()
        return { id, root: plugin.root, file }
      } catch (error) {
        return { id, root: plugin.root, file, problem: await problemOf(error, file) }
      }
    }),
  )
}

async function problemOf(error: unknown, file: string): Promise<Diagnostic> {
  const known = isCodexError(error) ? error : new CodexError('plugin.module', String(error), { cause: error })
  const line = known.cause instanceof SyntaxError ? await syntaxErrorLine(file) : lineOf(known.cause, file)
  return { ...diagnosticOfError(known, file, known.code), ...(line !== undefined && { line }) }
}

/** Where in a module the error that its import threw stands, as far as its stack says so. */
function lineOf(error: unknown, file: string): number | undefined {
  if (!(error instanceof Error) || error.stack === undefined) return undefined
  const [, after = ''] = error.stack.split(pathToFileURL(file).href)
  const line = /^(?:\?[^:\s]*)?:(\d+)/.exec(after)?.[1]
  return line === undefined ? undefined : Number(line)
}
