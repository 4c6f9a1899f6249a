import {
  apiVersion,
  type Contributions,
  contributionsSchema,
  type Diagnostic,
  diagnosticsFromZod,
  futurePoints,
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

/** A tool for models that know freeform tools, and for those that know functions only. */
export interface ToolSpecs {
  readonly freeform: ToolSpec
  readonly function: ToolSpec
}

export type ManifestResult =
  | { readonly manifest: PluginManifest; readonly diagnostics: readonly Diagnostic[] }
  /** The plugin is off; the diagnostics say why. With none, the package is no codex plugin. */
  | { readonly manifest?: undefined; readonly diagnostics: readonly Diagnostic[] }

/**
 * Checks the `codex` field of a package.json.
 *
 * @param packageJson the parsed file
 * @param where the file (absolute), the package's folder, and how the plugin came in
 */
export function readPluginManifest(
  packageJson: unknown,
  where: { readonly file: string; readonly root: string; readonly layer: 'builtin' | 'plugin' },
): ManifestResult {
  const packageFields = asRecord(packageJson)
  if (!packageFields) return off(where.file, 'plugin.manifest', 'package.json does not hold an object')
  if (packageFields.codex === undefined) return { diagnostics: [] }
  const name = packageFields.name
  if (typeof name !== 'string' || name === '')
    return off(where.file, 'plugin.manifest', 'The plugin has no name', 'name')

  const newer = asRecord(packageFields.codex)?.apiVersion
  if (typeof newer === 'number' && newer > apiVersion) {
    return off(
      where.file,
      'plugin.api_version',
      `Plugin ${name} needs plugin API ${newer}; this program speaks ${apiVersion}`,
      'codex.apiVersion',
      'Update codex-kernel, or install an older version of the plugin.',
    )
  }
  const field = pluginFieldSchema.safeParse(packageFields.codex)
  if (!field.success) return { diagnostics: prefixed(diagnosticsFromZod(field.error, zodPlace(where.file)), 'codex') }

  const { known, diagnostics } = withoutFuturePoints(field.data.contributes, where.file)
  const contributes = contributionsSchema.safeParse(known)
  if (!contributes.success) {
    const found = prefixed(diagnosticsFromZod(contributes.error, zodPlace(where.file)), 'codex.contributes')
    return { diagnostics: [...diagnostics, ...found] }
  }
  const version = typeof packageFields.version === 'string' ? packageFields.version : '0.0.0'
  return {
    manifest: { name, version, root: where.root, layer: where.layer, contributes: contributes.data },
    diagnostics,
  }
}

function withoutFuturePoints(contributes: Record<string, unknown>, file: string) {
  const known: Record<string, unknown> = {}
  const diagnostics: Diagnostic[] = []
  for (const [point, value] of Object.entries(contributes)) {
    if ((futurePoints as readonly string[]).includes(point)) {
      diagnostics.push({
        severity: 'warning',
        code: 'plugin.point',
        message: `Extension point "${point}" is not supported by this version; its contributions are left out`,
        file,
        field: `codex.contributes.${point}`,
      })
    } else {
      known[point] = value
    }
  }
  return { known, diagnostics }
}

function off(file: string, code: string, message: string, field?: string, hint?: string): ManifestResult {
  const diagnostic: Diagnostic = {
    severity: 'error',
    code,
    message,
    file,
    ...(field && { field }),
    ...(hint && { hint }),
  }
  return { diagnostics: [diagnostic] }
}

function prefixed(diagnostics: readonly Diagnostic[], field: string): readonly Diagnostic[] {
  return diagnostics.map((found) => ({ ...found, field: found.field ? `${field}.${found.field}` : field }))
}

const zodPlace = (file: string) => ({ file, code: 'plugin.manifest' })

function asRecord(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>) // an object's own keys are strings
    : undefined
}
