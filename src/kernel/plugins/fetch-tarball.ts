import { createHash } from 'node:crypto'
import { copyFile, mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { CodexError, isCodexError } from '../../plugin-api/errors.ts'
import type { PluginSource } from './plugin-source.ts'
import { type PluginPrograms, runGit, runNpm } from './run-npm.ts'

/** A plugin as one file, which is what is looked at and what is installed. */
export interface PluginTarball {
  readonly file: string
  /** SHA-512 of the file, as npm writes it. */
  readonly integrity: string
  /** The commit that a git source stood for. */
  readonly resolved?: string
}

/** No plugin of text and code is near this. */
export const maxTarballBytes = 100 * 1024 * 1024

const downloadTimeoutMs = 5 * 60_000

/**
 * Makes one tarball of a source. No script of the package runs, not even those that would build it: what is not built is
 * said as a module that is missing.
 *
 * @param workDir an empty directory with a package.json
 * @throws CodexError `plugin.source`, `plugin.unsafe`, `plugin.failed`; the abort reason
 */
export async function fetchTarball(
  source: PluginSource,
  workDir: string,
  programs: PluginPrograms,
  signal: AbortSignal,
): Promise<PluginTarball> {
  const packed = join(workDir, 'packed')
  await mkdir(packed)
  const pack = async (what: string) => {
    const args = ['pack', what, `--pack-destination=${packed}`]
    await runNpm(args, { cwd: workDir, what: source.text }, programs, signal)
    const [name] = await readdir(packed)
    if (name === undefined) throw new CodexError('plugin.failed', `npm made no tarball of ${source.text}`)
    return join(packed, name)
  }
  switch (source.type) {
    case 'registry':
      return await described(await pack(`${source.name}@${source.wanted}`))
    case 'folder':
      return await described(await pack(source.path))
    case 'tarball-file': {
      const file = join(packed, 'package.tgz')
      await refuseLarge(source.path, (await stat(source.path)).size)
      await copyFile(source.path, file)
      return await described(file)
    }
    case 'tarball-url': {
      const file = join(packed, 'package.tgz')
      await download(source.url, file, signal)
      return await described(file)
    }
    case 'git': {
      const resolved = await cloned(source, join(workDir, 'clone'), workDir, programs, signal)
      return { ...(await described(await pack(join(workDir, 'clone')))), resolved }
    }
  }
}

/** Checks out the commit that is asked for, and gives its id. */
async function cloned(
  { url, ref, text }: { readonly url: string; readonly ref?: string; readonly text: string },
  directory: string,
  cwd: string,
  programs: PluginPrograms,
  signal: AbortSignal,
): Promise<string> {
  const place = { cwd, what: text }
  const common = ['--quiet', '--template=', '--no-recurse-submodules']
  if (ref === undefined) {
    await runGit(['clone', ...common, '--depth=1', '--', url, directory], place, programs, signal)
  } else {
    // A commit has no name to clone by, so all is fetched.
    await runGit(['clone', ...common, '--no-checkout', '--', url, directory], place, programs, signal)
    const inside = { cwd: directory, what: text }
    const candidates = [`refs/remotes/origin/${ref}`, `refs/tags/${ref}`, ref]
    const args = ['rev-parse', '--verify', '--quiet', '--end-of-options']
    const commit = await firstOf(candidates, (name) => runGit([...args, `${name}^{commit}`], inside, programs, signal))
    if (commit === undefined) {
      throw new CodexError('plugin.source', `${text}: the repository has no branch, tag or commit ${ref}`, {
        hint: 'git ls-remote shows what it has.',
      })
    }
    await runGit(['checkout', '--quiet', '--detach', commit.trim()], inside, programs, signal)
  }
  const head = await runGit(['rev-parse', 'HEAD'], { cwd: directory, what: text }, programs, signal)
  await rm(join(directory, '.git'), { recursive: true, force: true })
  return head.trim()
}

async function firstOf<T>(
  candidates: readonly string[],
  attempt: (each: string) => Promise<T>,
): Promise<T | undefined> {
  for (const candidate of candidates) {
    try {
      return await attempt(candidate)
    } catch (error) {
      if (!isCodexError(error) || error.code !== 'plugin.source') throw error
    }
  }
  return undefined
}

async function download(url: string, file: string, signal: AbortSignal): Promise<void> {
  const timeout = AbortSignal.timeout(downloadTimeoutMs)
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, timeout]) })
    if (!response.ok || response.body === null) {
      throw new CodexError('plugin.source', `${url} answers ${response.status} ${response.statusText}`.trim(), {
        hint: 'Check the address. One that needs a password cannot be used: download the file, and install that.',
      })
    }
    const handle = await open(file, 'wx')
    try {
      let sizeBytes = 0
      for await (const chunk of response.body) {
        sizeBytes += chunk.length
        await refuseLarge(url, sizeBytes)
        await handle.writeFile(chunk)
      }
    } finally {
      await handle.close()
    }
  } catch (cause) {
    signal.throwIfAborted()
    if (isCodexError(cause) || (cause instanceof Error && 'code' in cause && 'syscall' in cause)) throw cause
    throw new CodexError('plugin.source', `${url} cannot be fetched`, {
      hint: 'Check the address and the network; nothing was changed.',
      cause,
    })
  }
}

async function refuseLarge(what: string, sizeBytes: number): Promise<void> {
  if (sizeBytes <= maxTarballBytes) return
  throw new CodexError('plugin.unsafe', `${what} is larger than ${maxTarballBytes / 1024 / 1024} MB`, {
    hint: 'A plugin of that size is refused. Its author can leave out what is not needed with "files" in package.json.',
  })
}

async function described(file: string): Promise<PluginTarball> {
  const content = await readFile(file)
  await refuseLarge(file, content.length)
  return { file, integrity: `sha512-${createHash('sha512').update(content).digest('base64')}` }
}
