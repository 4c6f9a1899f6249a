import { registerHooks } from 'node:module'

const registered = Symbol.for('codex-kernel.plugin-api-resolution')

/**
 * Makes `import 'codex-kernel/plugin-api'` in an installed plugin give the running program's own copy, so that a plugin
 * needs the package only as a devDependency and two copies never meet. Registers once in a process: Node's hooks are
 * process-wide, so the mark has to be as well.
 *
 * @param pluginApiUrl `file:` URL of the program's bundled plugin-api
 */
export function resolvePluginApi(pluginApiUrl: string): void {
  const marks = globalThis as { [registered]?: true } // our own symbol, nobody else's field
  if (marks[registered]) return
  marks[registered] = true
  registerHooks({
    resolve: (specifier, context, nextResolve) =>
      specifier === 'codex-kernel/plugin-api'
        ? { url: pluginApiUrl, shortCircuit: true }
        : nextResolve(specifier, context),
  })
}
