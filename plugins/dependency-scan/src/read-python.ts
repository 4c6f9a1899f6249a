import { type Dependency, type DependencyFile, type Flaw, type LockedPackage, lineOf } from './dependency.ts'

/** A file of requirements, as pip reads it. */
export function readRequirements(text: string): DependencyFile {
  const dependencies: Dependency[] = []
  const flaws: Flaw[] = []
  for (const [index, written] of text
    .replace(/\\\r?\n/g, ' ')
    .split('\n')
    .entries()) {
    const line = index + 1
    const said = written.replace(/(^|\s)#.*$/, '').trim()
    const extra = /^--extra-index-url[= ]\s*(\S+)/.exec(said)
    if (extra) flaws.push(extraIndex(line))
    if (/^(--index-url|-i|--extra-index-url|--find-links|-f)[= ]\s*http:\/\//.test(said))
      flaws.push(insecureIndex(line))
    const editable = /^(?:-e|--editable)[= ]\s*(\S+)/.exec(said)?.[1]
    const address = editable ?? (/^(?:git\+|https?:|ssh:)/.test(said) ? said.split(/\s/)[0] : undefined)
    if (address !== undefined) {
      if (/^(?:git\+|https?:|ssh:)/.test(address))
        dependencies.push({ ecosystem: 'pypi', name: nameOfAddress(address), spec: address, line })
      continue
    }
    if (said === '' || said.startsWith('-')) continue
    const requirement = parseRequirement(said)
    if (requirement) dependencies.push({ ...requirement, line })
  }
  return { dependencies, locked: [], flaws }
}

const extraIndex = (line: number): Flaw => ({
  rule: 'dep-confusion',
  line,
  about: 'extra-index',
  message:
    'Packages are taken from two indexes, and the higher version wins: private names can be registered at the public one',
})
const insecureIndex = (line: number): Flaw => ({
  rule: 'dep-insecure-source',
  line,
  about: 'index',
  message: 'Packages are fetched over plain http',
})

function parseRequirement(text: string): Omit<Dependency, 'line'> | undefined {
  const match = /^([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*(@\s*\S+|[^;\s][^;]*)?/.exec(text)
  const name = match?.[1]
  if (name === undefined || /^[./]/.test(text)) return undefined
  const spec = (match?.[2] ?? '')
    .replace(/\s--hash.*$/, '')
    .replace(/^@\s*/, '')
    .trim()
  return { ecosystem: 'pypi', name: name.toLowerCase().replace(/[._]+/g, '-'), spec }
}

function nameOfAddress(address: string): string {
  return /#(?:.*&)?egg=([\w.-]+)/.exec(address)?.[1] ?? /([\w.-]+?)(?:\.git)?(?:@[^/]*)?$/.exec(address)?.[1] ?? address
}

/** `pyproject.toml`: dependencies as PEP 621 and poetry have them. @throws what the parser of TOML throws */
export async function readPyproject(text: string): Promise<DependencyFile> {
  const { parse } = await import('smol-toml')
  const { project, tool } = parse(text)
  const listed = [
    ...listOf(tableOf(project).dependencies),
    ...Object.values(tableOf(tableOf(project)['optional-dependencies'])).flatMap(listOf),
  ]
  const dependencies = listed.flatMap((each): Dependency[] => {
    const requirement = typeof each === 'string' ? parseRequirement(each) : undefined
    return requirement ? [{ ...requirement, line: lineOf(text, String(each)) }] : []
  })
  const poetry = tableOf(tableOf(tool).poetry)
  const tables = [
    poetry.dependencies,
    poetry['dev-dependencies'],
    ...Object.values(tableOf(poetry.group)).map((group) => tableOf(group).dependencies),
  ]
  const ofPoetry = tables.flatMap((table) =>
    Object.entries(tableOf(table)).flatMap(([name, value]): Dependency[] =>
      name === 'python'
        ? []
        : [{ ecosystem: 'pypi', name: name.toLowerCase(), spec: specOf(value), line: lineOf(text, `\n${name}`) + 1 }],
    ),
  )
  return { dependencies: [...dependencies, ...ofPoetry], locked: [], flaws: [] }
}

/** `poetry.lock` and `uv.lock`. @throws what the parser of TOML throws */
export async function readPythonLock(text: string): Promise<DependencyFile> {
  const { parse } = await import('smol-toml')
  const { package: packages, metadata } = parse(text)
  const oldHashes = tableOf(tableOf(metadata).files)
  const locked = listOf(packages).flatMap((each): LockedPackage[] => {
    const { name, version, source, files, sdist, wheels } = tableOf(each)
    const { type, registry, git, url, editable, virtual, directory, path } = tableOf(source)
    if (typeof name !== 'string') return []
    const isElsewhere =
      [git, editable, virtual, directory, path].some((way) => way !== undefined) ||
      ['git', 'directory', 'file'].includes(String(type))
    const hashes = [...listOf(files), ...listOf(wheels), ...listOf(oldHashes[name]), ...(sdist ? [sdist] : [])]
    return [
      {
        name,
        version: String(version ?? ''),
        line: lineOf(text, `name = "${name}"`),
        hasIntegrity: isElsewhere || hashes.some((file) => typeof tableOf(file).hash === 'string'),
        ...(typeof (registry ?? url) === 'string' && { resolved: String(registry ?? url) }),
      },
    ]
  })
  return { dependencies: [], locked, flaws: [] }
}

function specOf(value: unknown): string {
  if (typeof value === 'string') return value
  const { version, git, url, rev, path } = tableOf(value)
  if (typeof git === 'string') return `git+${git}${typeof rev === 'string' ? `@${rev}` : ''}`
  if (typeof url === 'string') return url
  return typeof path === 'string' ? 'file:' : String(version ?? '')
}

function tableOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {} // just checked
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
