import { type Dependency, type DependencyFile, type Flaw, type LockedPackage, lineOf } from './dependency.ts'

type Table = Readonly<Record<string, unknown>>

const groups = ['dependencies', 'devDependencies', 'optionalDependencies'] as const

/** The manifest of a package, as far as installations go. @throws SyntaxError */
export function readPackageJson(
  text: string,
): DependencyFile & { readonly name: string; readonly ranges: ReadonlyMap<string, string> } {
  const manifest = tableOf(JSON.parse(text))
  const dependencies = groups.flatMap((group) =>
    Object.entries(tableOf(manifest[group])).map(([name, spec]): Dependency => {
      const from = text.indexOf(`"${group}"`)
      return { ecosystem: 'npm', name, spec: String(spec), line: lineOf(text, `"${name}"`, from) }
    }),
  )
  const ranges = new Map(dependencies.map(({ name, spec }) => [name, spec]))
  return { name: String(manifest.name ?? ''), dependencies, ranges, locked: [], flaws: [] }
}

/** A lockfile of npm, versions 1 to 3; `ranges` is what the manifest beside it says. @throws SyntaxError */
export function readPackageLock(text: string, ranges: ReadonlyMap<string, string> | undefined): DependencyFile {
  const lock = tableOf(JSON.parse(text))
  const packages =
    lock.packages === undefined ? Object.entries(tableOf(lock.dependencies)) : Object.entries(tableOf(lock.packages))
  const lines = linesOfKeys(text)
  const locked = packages.flatMap(([path, entry]): LockedPackage[] => {
    const { version, resolved, integrity, hasInstallScript, link, bundled, inBundle } = tableOf(entry)
    if (path === '' || link === true || bundled === true || inBundle === true || typeof version !== 'string') return []
    const name = path.slice(
      path.lastIndexOf('node_modules/') + (path.includes('node_modules/') ? 'node_modules/'.length : 0),
    )
    // A package of the workspace has a path of its own and comes from nowhere.
    if (lock.packages !== undefined && !path.includes('node_modules/')) return []
    return [
      {
        name,
        version,
        line: lines.get(path) ?? 1,
        hasIntegrity: typeof integrity === 'string',
        ...(typeof resolved === 'string' && { resolved }),
        ...(hasInstallScript === true && { hasInstallScript }),
      },
    ]
  })
  const root = tableOf(tableOf(lock.packages)[''])
  return { dependencies: [], locked, flaws: lock.packages !== undefined && ranges ? mismatches(root, ranges) : [] }
}

function mismatches(root: Table, ranges: ReadonlyMap<string, string>): readonly Flaw[] {
  const lockedRanges = new Map(groups.flatMap((group) => Object.entries(tableOf(root[group]))))
  const different = [...ranges].filter(([name, spec]) => lockedRanges.get(name) !== spec)
  return different.map(([name, spec]) => {
    const there = lockedRanges.get(name)
    const message = `The manifest asks for ${name} ${spec}, the lockfile ${there === undefined ? 'does not know it' : `was made for ${there}`}`
    return { rule: 'dep-lock-mismatch', line: 1, about: name, message }
  })
}

/** A lockfile of yarn 1; those of later versions have another form and checksums of their own. */
export function readYarnLock(text: string): DependencyFile {
  const isFirst = text.includes('# yarn lockfile v1')
  const locked: LockedPackage[] = []
  const blocks = text.matchAll(/^("?(@?[^@\s"]+)@[^\n]*):\n((?:[ ]{2}[^\n]*\n?)+)/gm)
  for (const { index, 2: name = '', 3: body = '' } of isFirst ? blocks : []) {
    const resolved = /^ {2}resolved "([^"]+)"/m.exec(body)?.[1]
    locked.push({
      name,
      version: /^ {2}version "([^"]+)"/m.exec(body)?.[1] ?? '',
      line: lineAt(text, index),
      hasIntegrity: /^ {2}integrity /m.test(body) || /#[0-9a-f]{40}$/.test(resolved ?? ''),
      ...(resolved !== undefined && { resolved }),
    })
  }
  return { dependencies: [], locked, flaws: [] }
}

/** A lockfile of pnpm. */
export async function readPnpmLock(text: string): Promise<DependencyFile> {
  const { load } = await import('js-yaml')
  const packages = Object.entries(tableOf(tableOf(load(text)).packages))
  const locked = packages.map(([key, entry]): LockedPackage => {
    const { resolution, requiresBuild } = tableOf(entry)
    const { integrity, tarball, commit } = tableOf(resolution)
    const [, name = key, version = ''] = /^\/?(@?[^@]+)@([^(]+)/.exec(key) ?? []
    return {
      name,
      version,
      line: lineOf(text, key),
      hasIntegrity: typeof integrity === 'string' || typeof commit === 'string',
      ...(typeof tarball === 'string' && { resolved: tarball }),
      ...(requiresBuild === true && { hasInstallScript: true }),
    }
  })
  return { dependencies: [], locked, flaws: [] }
}

/** Line of each key of a JSON text that is alone on its line, as npm writes it. */
function linesOfKeys(text: string): ReadonlyMap<string, number> {
  return new Map(
    text.split('\n').flatMap((line, index): [string, number][] => {
      const key = /^\s*"([^"]*)": \{/.exec(line)?.[1]
      return key === undefined ? [] : [[key, index + 1]]
    }),
  )
}

const lineAt = (text: string, index: number): number => text.slice(0, index).split('\n').length

/** A table, or an empty one for anything else. */
function tableOf(value: unknown): Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Table) : {} // just checked
}
