import { basename, resolve } from 'node:path'
import { CodexError } from '../../plugin-api/errors.ts'

/** Where a plugin is taken from. `text` is what an update asks again; it holds no credential. */
export type PluginSource =
  /** A package of the registry that npm is configured for; `wanted` is a version, a range or a tag. */
  | { readonly type: 'registry'; readonly text: string; readonly name: string; readonly wanted: string }
  /** `ref` absent: the branch that the repository names. */
  | { readonly type: 'git'; readonly text: string; readonly url: string; readonly ref?: string }
  | { readonly type: 'tarball-url'; readonly text: string; readonly url: string }
  | { readonly type: 'tarball-file' | 'folder'; readonly text: string; readonly path: string }

const packageName = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/
const hosts: Readonly<Record<string, string>> = {
  github: 'https://github.com/',
  gitlab: 'https://gitlab.com/',
  bitbucket: 'https://bitbucket.org/',
}

/** True for what npm takes as the name of a package. */
export function isPackageName(name: string): boolean {
  return packageName.test(name) && name.length <= 214 && name !== 'node_modules'
}

/**
 * Reads what a person typed as the source of a plugin.
 *
 * @param place where paths start, and what kind of file a path is
 * @throws CodexError `plugin.source`
 */
export async function parsePluginSource(
  given: string,
  place: { readonly cwd: string; kindOf(path: string): Promise<'file' | 'folder' | 'absent'> },
): Promise<PluginSource> {
  const text = given.trim()
  if (text === '' || text.startsWith('-')) throw unknown(given)
  refuseCredentials(text)
  const hosted = /^(github|gitlab|bitbucket):([\w.-]+(?:\/[\w.-]+)+?)(?:\.git)?(#.*)?$/.exec(text)
  if (hosted) {
    const [, host = '', path = '', fragment = ''] = hosted
    return git(text, `${hosts[host]}${path}.git${fragment}`)
  }
  if (/^git\+(?:https?|ssh|file):\/\//.test(text)) return git(text, text.slice('git+'.length))
  if (/^(?:git|ssh):\/\//.test(text) || /^(?:git@[\w.-]+|[\w.-]+@[\w-]+(?:\.[\w-]+)+):/.test(text))
    return git(text, text)
  if (/^(?:https?|file):\/\/[^#]*\.git(?:#.*)?$/.test(text)) return git(text, text)
  if (/^https?:\/\//.test(text)) return { type: 'tarball-url', text, url: text }
  if (/^file:/.test(text)) return await local(text.replace(/^file:(?:\/\/)?/, ''), place)
  if (/^[a-z][a-z0-9+.-]*:/i.test(text) && !/^[a-z]:[\\/]/i.test(text)) throw unknown(given)
  const [, name = '', wanted = 'latest'] = /^(@?[^@]+)(?:@(.+))?$/.exec(text) ?? []
  const isPath = /^(?:\.{0,2}[\\/]|\.{1,2}$|~|[a-z]:[\\/])/i.test(text) || /\.(?:tgz|tar\.gz)$/.test(text)
  if (isPath || (!isPackageName(name) && (await place.kindOf(resolve(place.cwd, text))) !== 'absent')) {
    return await local(text, place)
  }
  if (!isPackageName(name) || /[:\s/\\]/.test(wanted)) throw unknown(given)
  return { type: 'registry', text, name, wanted }
}

/** The same text without what stands between `//` and `@` of a web address: it may be a password or a token. */
export function withoutCredentials(text: string): string {
  return text.replace(/(\b[a-z][a-z0-9+.-]*:\/\/)([^\s/@:]*)(:[^\s/@]*)?@/gi, (whole, scheme, user, password) =>
    password === undefined && /ssh:\/\/$/i.test(scheme) ? whole : `${scheme}${user === '' ? '' : '***'}@`,
  )
}

function refuseCredentials(text: string): void {
  if (withoutCredentials(text) === text) return
  throw new CodexError('plugin.source', `The address holds a user or a password: ${withoutCredentials(text)}`, {
    hint: 'It would be kept in a file. Leave it out, and give git a credential helper or an ssh key, or npm a token in .npmrc.',
  })
}

function git(text: string, address: string): PluginSource {
  const [url = '', ref] = address.split('#', 2)
  if (ref?.startsWith('semver:') || ref?.startsWith('-')) {
    throw new CodexError('plugin.source', `${text} does not name a branch, a tag or a commit after #`, {
      hint: 'Name one, such as #v1.2.0.',
    })
  }
  return { type: 'git', text, url, ...(ref ? { ref } : {}) }
}

async function local(
  given: string,
  { cwd, kindOf }: { readonly cwd: string; kindOf(path: string): Promise<'file' | 'folder' | 'absent'> },
): Promise<PluginSource> {
  const path = resolve(cwd, decodeURI(given))
  const kind = await kindOf(path)
  if (kind === 'absent') {
    throw new CodexError('plugin.source', `${path} does not exist`, {
      hint: `A package of a registry is named without a path, such as ${basename(path) || 'codex-line-count'}.`,
    })
  }
  // Kept absolute: an update may be asked for from anywhere.
  return kind === 'folder' ? { type: 'folder', text: path, path } : { type: 'tarball-file', text: path, path }
}

function unknown(given: string): CodexError {
  return new CodexError('plugin.source', `"${withoutCredentials(given)}" is no source of a plugin`, {
    hint: 'Expected: NAME, NAME@1.2.0, ./folder, ./file.tgz, https://host/file.tgz, git+https://host/repo.git#tag or github:owner/repo.',
  })
}
