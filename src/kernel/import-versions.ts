import { registerHooks } from 'node:module'

const registered = Symbol.for('codex-kernel.import-versions')
const parameter = 'codex-version'

/**
 * The URL under which Node imports a module anew. What that imports by a relative path gets the same version, so that a plugin of several
 * files is new as a whole; packages that it imports by name, and CommonJS modules, stay as they were first imported.
 * Registers once in a process, as `resolvePluginApi` does.
 */
export function versionedUrl(url: string, version: string): string {
  register()
  return withVersion(url, version)
}

function register(): void {
  const marks = globalThis as { [registered]?: true } // our own symbol, nobody else's field
  if (marks[registered]) return
  marks[registered] = true
  registerHooks({
    resolve(specifier, context, nextResolve) {
      const resolved = nextResolve(specifier, context)
      if (!/^\.{1,2}\//.test(specifier) || !resolved.url.startsWith('file:')) return resolved
      const version = versionOf(context.parentURL)
      return version === null ? resolved : { ...resolved, url: withVersion(resolved.url, version) }
    },
  })
}

function versionOf(url: string | undefined): string | null {
  return url?.includes(`${parameter}=`) ? new URL(url).searchParams.get(parameter) : null
}

function withVersion(url: string, version: string): string {
  const versioned = new URL(url)
  versioned.searchParams.set(parameter, version)
  return versioned.href
}
