import { fixture } from './fixture-session.ts'

/** The file in which `@oclif/plugin-plugins` records linked plugins, for a CODEX_HOME: these of `test/fixtures/plugins`. */
export function installedPlugins(...names: readonly string[]): Readonly<Record<string, string>> {
  const plugins = names.map((name) => ({ type: 'link', name, root: fixture('plugins', name) }))
  return { 'oclif/package.json': JSON.stringify({ private: true, oclif: { schema: 1, plugins }, dependencies: {} }) }
}
