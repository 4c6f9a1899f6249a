import type { ToolContext, Tree } from 'codex-kernel/plugin-api'

/** How a code base runs its tests. */
export interface TestCommand {
  readonly command: string
  /** The file that says so. */
  readonly file: string
}

/** Read from the manifests nearest to the root, at most a few of each kind; nothing is run. */
export async function findTestCommands(trees: readonly Tree[], ctx: ToolContext): Promise<readonly TestCommand[]> {
  const files = trees.flatMap((tree) => tree.files)
  const depth = (path: string) => path.split('/').length
  const found: TestCommand[] = []
  for (const [name, read] of Object.entries(readers)) {
    const own = files.filter(({ relativePath }) => relativePath === name || relativePath.endsWith(`/${name}`))
    const first = own.toSorted((a, b) => depth(a.relativePath) - depth(b.relativePath))[0]
    if (first === undefined) continue
    const text = await first.read().catch(() => '')
    ctx.signal.throwIfAborted()
    found.push(...read(text).map((command) => ({ command, file: first.relativePath })))
  }
  return found.filter(({ command }, index) => found.findIndex((each) => each.command === command) === index)
}

const readers: Readonly<Record<string, (text: string) => readonly string[]>> = {
  'package.json': readPackage,
  'pyproject.toml': (text) => (/\[tool\.pytest|["']pytest\b/.test(text) ? ['python -m pytest'] : []),
  'pytest.ini': () => ['python -m pytest'],
  'tox.ini': (text) => (/\[tox\]/.test(text) ? ['tox'] : /\[pytest\]/.test(text) ? ['python -m pytest'] : []),
  'noxfile.py': () => ['nox'],
  Makefile: (text) =>
    [...text.matchAll(/^(tests?|check|unit|test-unit)\s*:(?!=)/gm)].map(([, target]) => `make ${target}`),
  'go.mod': () => ['go test ./...'],
  'Cargo.toml': () => ['cargo test'],
  'pom.xml': () => ['mvn test'],
  'build.gradle': () => ['gradle test'],
  'build.gradle.kts': () => ['gradle test'],
}

function readPackage(text: string): readonly string[] {
  try {
    const { scripts }: { scripts?: Readonly<Record<string, unknown>> } = JSON.parse(text) ?? {} // any JSON: only names are looked at
    const names = Object.keys(scripts ?? {}).filter((name) => /^(?:test|coverage|e2e)(?:$|[:-])|^unit$/.test(name))
    const isEmpty = (name: string) => /no test specified/.test(String(scripts?.[name]))
    return names
      .filter((name) => !isEmpty(name))
      .slice(0, 6)
      .map((name) => (name === 'test' ? 'npm test' : `npm run ${name}`))
  } catch (error) {
    if (error instanceof SyntaxError) return []
    throw error
  }
}
