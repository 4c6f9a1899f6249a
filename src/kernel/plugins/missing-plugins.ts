import type { UserPlugins } from '../read-user-plugins.ts'

/** The plugins that the configuration wishes for and that are neither installed nor linked, by name. */
export function missingPlugins(
  tables: Readonly<Record<string, { readonly install?: string | undefined }>>,
  present: Pick<UserPlugins, 'manifests' | 'disabled'>,
): readonly { readonly name: string; readonly install: string }[] {
  const known = new Set([...present.manifests, ...present.disabled].map(({ name }) => name))
  return Object.entries(tables)
    .flatMap(([name, { install }]) => (install === undefined || known.has(name) ? [] : [{ name, install }]))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}
