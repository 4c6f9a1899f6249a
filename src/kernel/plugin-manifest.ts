import type { ZodError } from 'zod'
import {
  apiVersion,
  type Contributions,
  contributionsSchema,
  type Diagnostic,
  diagnosticsFromZod,
  futurePoints,
  type Locate,
  pluginFieldSchema,
  type ToolSpec,
} from '../plugin-api/index.ts'

/** What a plugin's package.json says, checked; nothing of the plugin has run. */
export interface PluginManifest {
  readonly name: string
  readonly version: string
  /** Absolute path of the package's folder. */
  readonly root: string
  readonly layer: 'builtin' | 'plugin'
  readonly contributes: Contributions
  /** By id, where the build has described the tools: a module is then imported when its tool is called. */
  readonly toolSpecs?: Readonly<Record<string, ToolSpecs>>
}

/** How models see a tool. */
export interface ToolSpecs {
  /** For those that know functions only. */
  readonly function: ToolSpec
  /** For those that know freeform tools; absent: the same. */
  readonly freeform?: ToolSpec
  /** True where the parameters say all that the tool's schema does: what fits them needs no further check. */
  readonly exact?: true
}

export type ManifestResult =
  | { readonly manifest: PluginManifest; readonly diagnostics: readonly Diagnostic[] }
  /** The plugin is off; the diagnostics say why. With none, the package is no codex plugin. */
  | { readonly manifest?: undefined; readonly diagnostics: readonly Diagnostic[] }

interface ManifestPlace {
  readonly file: string
  readonly root: string
  readonly layer: 'builtin' | 'plugin'
  /** Absent: diagnostics name fields alone. */
  readonly locate?: Locate
}

/**
 * Checks the `codex` field of a package.json.
 *
 * @param packageJson the parsed file
 * @param where the file (absolute), the package's folder, and how the plugin came in
 */
export function readPluginManifest(packageJson: unknown, where: ManifestPlace): ManifestResult {
  const packageFields = asRecord(packageJson)
  if (!packageFields) return off(where, 'plugin.manifest', 'package.json does not hold an object', [])
  if (packageFields.codex === undefined) return { diagnostics: [] }
  const name = packageFields.name
  if (typeof name !== 'string' || name === '') return off(where, 'plugin.manifest', 'The plugin has no name', ['name'])

  const newer = asRecord(packageFields.codex)?.apiVersion
  if (typeof newer === 'number' && newer > apiVersion) {
    return off(
      where,
      'plugin.api_version',
      `Plugin ${name} needs plugin API ${newer}; this program speaks ${apiVersion}`,
      ['codex', 'apiVersion'],
      'Update codex-kernel, or install an older version of the plugin.',
    )
  }
  const field = pluginFieldSchema.safeParse(packageFields.codex)
  if (!field.success) return { diagnostics: fromZod(field.error, where, ['codex']) }

  const { known, diagnostics } = withoutFuturePoints(field.data.contributes, where)
  const contributes = contributionsSchema.safeParse(known)
  if (!contributes.success) {
    return { diagnostics: [...fromZod(contributes.error, where, ['codex', 'contributes']), ...diagnostics] }
  }
  const version = typeof packageFields.version === 'string' ? packageFields.version : '0.0.0'
  return {
    manifest: { name, version, root: where.root, layer: where.layer, contributes: contributes.data },
    diagnostics,
  }
}

function withoutFuturePoints(contributes: Record<string, unknown>, where: ManifestPlace) {
  const known: Record<string, unknown> = {}
  const diagnostics: Diagnostic[] = []
  for (const [point, value] of Object.entries(contributes)) {
    if ((futurePoints as readonly string[]).includes(point)) {
      diagnostics.push({
        severity: 'warning',
        code: 'plugin.point',
        message: `Extension point "${point}" is not supported by this version; its contributions are left out`,
        ...placeOf(where, ['codex', 'contributes', point]),
      })
    } else {
      known[point] = value
    }
  }
  return { known, diagnostics }
}

function off(where: ManifestPlace, code: string, message: string, path: Path, hint?: string): ManifestResult {
  return { diagnostics: [{ severity: 'error', code, message, ...placeOf(where, path), ...(hint && { hint }) }] }
}

type Path = readonly string[]

function placeOf({ file, locate }: ManifestPlace, path: Path) {
  return { file, ...locate?.(path), ...(path.length > 0 && { field: path.join('.') }) }
}

/** What is wrong below a field of the file. */
function fromZod(error: ZodError, where: ManifestPlace, path: Path): readonly Diagnostic[] {
  const { file, locate } = where
  const below: Locate = (inner) => locate?.([...path, ...inner])
  return diagnosticsFromZod(error, { file, code: 'plugin.manifest', locate: below }).map((found) => ({
    ...found,
    field: [...path, ...(found.field ? [found.field] : [])].join('.'),
  }))
}

function asRecord(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>) // an object's own keys are strings
    : undefined
}
