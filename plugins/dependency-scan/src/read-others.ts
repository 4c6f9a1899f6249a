import { type Dependency, type DependencyFile, type Flaw, type LockedPackage, lineOf } from './dependency.ts'

type Table = Readonly<Record<string, unknown>>

/** `Cargo.toml`. @throws what the parser of TOML throws */
export async function readCargoToml(text: string): Promise<DependencyFile> {
  const { parse } = await import('smol-toml')
  const manifest: Table = parse(text)
  const tables = ['dependencies', 'dev-dependencies', 'build-dependencies'].flatMap((group) => [
    tableOf(manifest[group]),
    tableOf(tableOf(manifest.workspace)[group]),
    ...Object.values(tableOf(manifest.target)).map((target) => tableOf(tableOf(target)[group])),
  ])
  const dependencies = tables.flatMap((table) =>
    Object.entries(table).map(([name, value]): Dependency => {
      const { version, git, rev, path, workspace } =
        typeof value === 'string' ? ({ version: value } as Table) : tableOf(value)
      const spec =
        typeof git === 'string'
          ? `git+${git}${typeof rev === 'string' ? `#${rev}` : ''}`
          : path || workspace
            ? 'file:'
            : String(version ?? '')
      return { ecosystem: 'cargo', name, spec, line: lineOf(text, `\n${name}`) + 1 }
    }),
  )
  return { dependencies, locked: [], flaws: [] }
}

/** `Cargo.lock`. @throws what the parser of TOML throws */
export async function readCargoLock(text: string): Promise<DependencyFile> {
  const { parse } = await import('smol-toml')
  const { package: packages, metadata } = parse(text)
  const hasOldChecksums = Object.keys(tableOf(metadata)).some((key) => key.startsWith('checksum '))
  const locked = (Array.isArray(packages) ? packages : []).flatMap((each): LockedPackage[] => {
    const { name, version, source, checksum } = tableOf(each)
    if (typeof source !== 'string' || !source.startsWith('registry+')) return []
    const resolved = source.slice('registry+'.length)
    return [
      {
        name: String(name),
        version: String(version),
        line: lineOf(text, `name = "${String(name)}"`),
        resolved,
        hasIntegrity: hasOldChecksums || typeof checksum === 'string',
      },
    ]
  })
  return { dependencies: [], locked, flaws: [] }
}

/** `go.mod`; `sums` is the text of the `go.sum` beside it. */
export function readGoMod(text: string, sums: string | undefined): DependencyFile {
  const flaws: Flaw[] = []
  const dependencies: Dependency[] = []
  let isRequire = false
  for (const [index, written] of text.split('\n').entries()) {
    const said = written.replace(/\/\/.*$/, '').trim()
    if (/^require\s*\($/.test(said)) isRequire = true
    else if (said === ')') isRequire = false
    const match = /^(?:require\s+)?(\S+\.\S+)\s+(v\S+)$/.exec(said)
    if (!match || !(isRequire || said.startsWith('require'))) continue
    const [, name = '', version = ''] = match
    dependencies.push({ ecosystem: 'go', name, spec: version, line: index + 1 })
    if (sums !== undefined && !sums.includes(`${name} ${version}/go.mod `) && !sums.includes(`${name} ${version} `)) {
      const message = `go.mod asks for ${name} ${version}, and go.sum has no hash of it`
      flaws.push({ rule: 'dep-lock-mismatch', line: index + 1, about: name, message })
    }
  }
  return { dependencies, locked: [], flaws }
}

/** `pom.xml` and Gradle scripts, as far as literal text says: versions that float, and addresses over plain http. */
export function readJavaBuild(text: string): DependencyFile {
  const flaws: Flaw[] = []
  for (const [index, line] of text.split('\n').entries()) {
    const floating =
      /<version>\s*(LATEST|RELEASE|[[(][^<]*,\s*[\])])\s*<\/version>|['"][\w.-]+:[\w.-]+:(\+|[\w.]*\.\+|latest\.\w+)['"]/.exec(
        line,
      )
    if (floating) {
      const spec = floating[1] ?? floating[2] ?? ''
      flaws.push({
        rule: 'dep-any-version',
        line: index + 1,
        about: line.trim(),
        message: `The version ${spec} is whatever is newest`,
      })
    }
    if (
      /<url>\s*http:\/\/(?!localhost|127\.)|\burl\b[^\n]{0,20}['"]http:\/\/(?!localhost|127\.)/.test(line) &&
      !/<url>[^<]*<\/url>\s*<!--|xmlns/.test(line)
    ) {
      const before = text
        .split('\n')
        .slice(Math.max(0, index - 6), index)
        .join('\n')
      // A project's own address in a pom is no place that code comes from.
      if (!text.includes('<project') || /<(?:plugin)?[rR]epository>|<snapshotRepository>/.test(before)) {
        flaws.push({
          rule: 'dep-insecure-source',
          line: index + 1,
          about: line.trim(),
          message: 'Packages are fetched over plain http',
        })
      }
    }
  }
  return { dependencies: [], locked: [], flaws }
}

/** Images that a Dockerfile begins with. */
export function readDockerfile(text: string): DependencyFile {
  const stages = new Set<string>()
  const flaws: Flaw[] = []
  for (const [index, line] of text.split('\n').entries()) {
    const match = /^\s*FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?/i.exec(line)
    if (!match) continue
    const [, image = '', stage] = match
    const isOpen =
      !image.includes('$') && !image.includes('@sha256:') && image !== 'scratch' && !stages.has(image.toLowerCase())
    if (stage !== undefined) stages.add(stage.toLowerCase())
    const tag = /:([^:/]+)$/.exec(image)?.[1]
    if (isOpen && (tag === undefined || tag === 'latest')) {
      flaws.push({
        rule: 'dep-unpinned-image',
        line: index + 1,
        about: image,
        message: `The image ${image} is whatever is newest`,
      })
    }
  }
  return { dependencies: [], locked: [], flaws }
}

/** Actions that a workflow uses. Those of the forge itself are as trusted as the runner that they run on. */
export function readWorkflow(text: string): DependencyFile {
  const flaws: Flaw[] = []
  for (const [index, line] of text.split('\n').entries()) {
    const match = /^\s*(?:-\s+)?uses:\s*['"]?([\w.-]+\/[\w./-]+)@([\w./-]+)/.exec(line)
    if (!match) continue
    const [, action = '', ref = ''] = match
    if (/^[0-9a-f]{40}$/.test(ref) || /^(?:actions|github)\//.test(action)) continue
    const message = `The action ${action} is taken from ${ref}, which its owner can move`
    flaws.push({ rule: 'dep-unpinned-action', line: index + 1, about: `${action}@${ref}`, message })
  }
  return { dependencies: [], locked: [], flaws }
}

function tableOf(value: unknown): Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Table) : {} // just checked
}
