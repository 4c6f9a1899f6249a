import { registerHooks } from 'node:module'

const registered = Symbol.for('codex-kernel.plugin-api-resolution')

/**
 * Makes `import 'codex-kernel/plugin-api'` (and `codex-kernel/plugin-api/command`, the base class of CLI commands, which
 * stands apart because it loads oclif) in an installed plugin give the running program's own copy, so that a plugin
 * needs the package only as a devDependency and two copies never meet. Registers once in a process: Node's hooks are
 * process-wide, so the mark has to be as well.
 *
 * @param pluginApiUrl `file:` URL of the program's bundled plugin-api; `plugin-api/command.js` lies beside it
 */
export function resolvePluginApi(pluginApiUrl: string): void {
  const marks = globalThis as { [registered]?: true } // our own symbol, nobody else's field
  if (marks[registered]) return
  marks[registered] = true
  const urls: ReadonlyMap<string, string> = new Map([
    ['codex-kernel/plugin-api', pluginApiUrl],
    ['codex-kernel/plugin-api/command', new URL('plugin-api/command.js', pluginApiUrl).href],
  ])
  registerHooks({
    resolve(specifier, context, nextResolve) {
      const url = urls.get(specifier)
      return url === undefined ? nextResolve(specifier, context) : { url, shortCircuit: true }
    },
  })
}
