import { createReadStream } from 'node:fs'
import { CodexError } from '../../plugin-api/errors.ts'

/** What npm would unpack would be at most this much. */
const maxUnpackedBytes = 512 * 1024 * 1024
const maxEntries = 50_000
const maxPackageJsonBytes = 1024 * 1024

/**
 * Looks at every entry of a tarball, before anything is unpacked.
 *
 * @param what how the tarball is called to the person
 * @returns the text of its package.json
 * @throws CodexError `plugin.unsafe`: an entry would leave the folder, is no file, or there is too much; `plugin.source`: it is no tarball of a package
 */
export async function checkTarball(file: string, what: string, signal: AbortSignal): Promise<string> {
  // The parser that npm unpacks with, so that both read the same entries.
  const { Parser } = await import('tar')
  let problem: CodexError | undefined
  let entries = 0
  let unpackedBytes = 0
  const packageJson: Buffer[] = []
  let packageJsonBytes = 0
  const parser = new Parser({
    strict: true,
    onReadEntry(entry) {
      entries += 1
      unpackedBytes += entry.size
      const why = entryProblem({ path: entry.path, type: entry.type, linkPath: entry.linkpath ?? '' })
      if (why) problem ??= unsafe(what, why)
      if (entries > maxEntries) problem ??= unsafe(what, `holds more than ${maxEntries} files`)
      if (unpackedBytes > maxUnpackedBytes)
        problem ??= unsafe(what, `unpacks to more than ${maxUnpackedBytes >> 20} MB`)
      const isPackageJson = withoutFirstPart(entry.path) === 'package.json'
      if (isPackageJson) packageJson.length = 0
      entry.on('data', (chunk) => {
        if (!isPackageJson || packageJsonBytes > maxPackageJsonBytes) return
        packageJsonBytes += chunk.length
        packageJson.push(Buffer.from(chunk))
      })
      entry.resume()
    },
  })
  const done = new Promise<void>((resolve, reject) => {
    parser.on('end', resolve)
    parser.on('error', reject)
  })
  done.catch(() => undefined) // awaited below, unless something else is wrong first
  try {
    for await (const chunk of createReadStream(file)) {
      signal.throwIfAborted()
      if (problem) throw problem
      parser.write(chunk)
    }
    parser.end()
    await done
  } catch (cause) {
    signal.throwIfAborted()
    if (problem) throw problem
    throw new CodexError('plugin.source', `${what} is not a tarball of a package`, {
      hint: 'npm pack makes one.',
      cause,
    })
  }
  if (problem) throw problem
  if (packageJson.length === 0 || packageJsonBytes > maxPackageJsonBytes) {
    throw new CodexError('plugin.source', `${what} holds no package.json that can be read`, {
      hint: 'npm pack makes a tarball of a package.',
    })
  }
  return Buffer.concat(packageJson).toString('utf8')
}

interface TarballEntry {
  readonly path: string
  readonly type: string
  /** Empty: no link. */
  readonly linkPath: string
}

const plainTypes = new Set(['File', 'OldFile', 'ContiguousFile', 'Directory', 'GNUDumpDir'])

/** Why an entry is refused; undefined where it may be unpacked. */
export function entryProblem({ path, type, linkPath }: TarballEntry): string | undefined {
  const shown = JSON.stringify(path)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(path)) return `has an entry with control characters in its name: ${shown}`
  if (isAbsolute(path)) return `has an entry with an absolute path: ${shown}`
  if (path.split(/[\\/]/).includes('..')) return `has an entry that leads out of its folder: ${shown}`
  if (plainTypes.has(type)) return undefined
  if (type !== 'SymbolicLink' && type !== 'Link')
    return `has an entry that is neither file nor folder: ${shown} (${type})`
  if (isAbsolute(linkPath)) return `has a link that leads out of its folder: ${shown} to ${JSON.stringify(linkPath)}`
  const from = type === 'Link' ? [] : withoutFirstPart(path).split('/').slice(0, -1)
  const target = type === 'Link' ? withoutFirstPart(linkPath) : linkPath
  return leadsOut([...from, ...target.split(/[\\/]/)])
    ? `has a link that leads out of its folder: ${shown} to ${JSON.stringify(linkPath)}`
    : undefined
}

function leadsOut(parts: readonly string[]): boolean {
  let depth = 0
  for (const part of parts) {
    if (part === '..') depth -= 1
    else if (part !== '' && part !== '.') depth += 1
    if (depth < 0) return true
  }
  return false
}

function isAbsolute(path: string): boolean {
  return /^(?:[\\/]|[a-z]:)/i.test(path)
}

/** The path in the package's folder: npm leaves the first part away, whatever it is called. */
function withoutFirstPart(path: string): string {
  return path.replace(/^(?:\.\/)*[^/]*\/+/, '').replace(/\/+$/, '')
}

function unsafe(what: string, why: string): CodexError {
  return new CodexError('plugin.unsafe', `${what} ${why}; nothing was unpacked`, {
    hint: 'Do not install it. npm pack makes no such file, so tell its owner.',
  })
}
