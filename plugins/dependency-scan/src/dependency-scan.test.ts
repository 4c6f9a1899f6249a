import { type Finding, findingSchema } from 'codex-kernel/plugin-api'
import { expect, onTestFinished, test } from 'vitest'
import { completedItems, openToolBench } from '../../../test/support/tool-bench.ts'
import { tool } from './dependency-scan.ts'
import type { DependencyReport } from './summarize-scan.ts'

const commit = '0123456789abcdef0123456789abcdef01234567'
const hash = 'sha512-abc'
const at = (host: string, name: string) => `https://${host}/${name}/-/${name}-1.0.0.tgz`
const json = (value: unknown) => JSON.stringify(value, null, 2)
const lock = (packages: Readonly<Record<string, object>>, dependencies: object = {}) =>
  json({ lockfileVersion: 3, packages: { '': { dependencies }, ...packages } })
const entry = { version: '1.0.0', resolved: at('registry.test', 'a'), integrity: hash }

test.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
  [
    'a git branch',
    { 'package.json': json({ dependencies: { a: 'github:acme/a#main' } }) },
    ['dep-mutable-source package.json:3'],
  ],
  [
    'a package over http',
    { 'package.json': json({ dependencies: { a: 'http://acme.test/a.tgz' } }) },
    ['dep-insecure-source package.json:3'],
  ],
  [
    'any version',
    { 'package.json': json({ devDependencies: { a: 'latest', b: '*' } }) },
    ['dep-any-version package.json:3', 'dep-any-version package.json:4'],
  ],
  [
    'a swapped letter',
    { 'package.json': json({ dependencies: { minimtach: '^1.0.0' } }) },
    ['dep-typo-name package.json:3'],
  ],
  [
    'a range of Python beside a lockfile of npm',
    { 'requirements.txt': 'flask>=2\n', 'package-lock.json': lock({}) },
    ['dep-unpinned requirements.txt:1'],
  ],
  [
    'a missing hyphen',
    { 'requirements.txt': 'python_dateutil==2.9\ntypingextensions==4.1\n' },
    ['dep-typo-name requirements.txt:2'],
  ],
  [
    'a lock without a hash',
    { 'package-lock.json': lock({ 'node_modules/a': { ...entry, integrity: undefined } }) },
    ['dep-missing-integrity package-lock.json:7'],
  ],
  [
    'a package with an install script',
    { 'package-lock.json': lock({ 'node_modules/a': { ...entry, hasInstallScript: true } }) },
    ['dep-install-script package-lock.json:7'],
  ],
  [
    'a package from another host',
    {
      'package-lock.json': lock({
        'node_modules/a': entry,
        'node_modules/b': entry,
        'node_modules/c': { ...entry, resolved: at('elsewhere.test', 'c') },
      }),
    },
    ['dep-other-registry package-lock.json:17'],
  ],
  [
    'a lockfile of another manifest',
    {
      'package.json': json({ dependencies: { a: '^2.0.0' } }),
      'package-lock.json': lock({ 'node_modules/a': entry }, { a: '^1.0.0' }),
    },
    ['dep-lock-mismatch package-lock.json:1'],
  ],
  [
    'yarn without a hash',
    { 'yarn.lock': `# yarn lockfile v1\n\na@^1.0.0:\n  version "1.0.0"\n  resolved "${at('registry.test', 'a')}"\n` },
    ['dep-missing-integrity yarn.lock:3'],
  ],
  [
    'pnpm with a tarball',
    { 'pnpm-lock.yaml': `packages:\n  a@1.0.0:\n    resolution: {tarball: 'http://acme.test/a.tgz'}\n` },
    ['dep-insecure-source pnpm-lock.yaml:2', 'dep-missing-integrity pnpm-lock.yaml:2'],
  ],
  ['open requirements', { 'requirements.txt': 'flask\ndjango>=4\n' }, ['dep-unpinned requirements.txt:1']],
  [
    'two indexes',
    { 'requirements.txt': '--extra-index-url https://pypi.acme.test/simple\n' },
    ['dep-confusion requirements.txt:1'],
  ],
  [
    'a branch for pip',
    { 'requirements.txt': 'git+https://git.acme.test/a.git@main#egg=a\n' },
    ['dep-mutable-source requirements.txt:1'],
  ],
  [
    'poetry with git',
    { 'pyproject.toml': '[tool.poetry.dependencies]\npython = "^3.12"\na = { git = "https://git.acme.test/a.git" }\n' },
    ['dep-mutable-source pyproject.toml:3'],
  ],
  [
    'uv without a hash',
    { 'uv.lock': '[[package]]\nname = "a"\nversion = "1"\nsource = { registry = "https://pypi.acme.test/simple" }\n' },
    ['dep-missing-integrity uv.lock:2'],
  ],
  [
    'cargo with git',
    { 'Cargo.toml': '[dependencies]\nserde = "1"\na = { git = "https://git.acme.test/a" }\nb = "*"\n' },
    ['dep-mutable-source Cargo.toml:3', 'dep-any-version Cargo.toml:4'],
  ],
  [
    'cargo without a checksum',
    { 'Cargo.lock': '[[package]]\nname = "a"\nversion = "1.0.0"\nsource = "registry+https://index.acme.test"\n' },
    ['dep-missing-integrity Cargo.lock:2'],
  ],
  [
    'go without a sum',
    { 'go.mod': 'module acme.test/x\n\nrequire acme.test/a v1.2.3\n', 'go.sum': 'acme.test/b v1.0.0 h1:x=\n' },
    ['dep-lock-mismatch go.mod:3'],
  ],
  [
    'maven',
    {
      'pom.xml':
        '<project>\n<version>LATEST</version>\n<repository>\n<url>http://repo.acme.test</url>\n</repository>\n</project>\n',
    },
    ['dep-insecure-source pom.xml:4', 'dep-any-version pom.xml:2'],
  ],
  [
    'gradle',
    { 'build.gradle': "dependencies {\n  implementation 'acme:a:1.+'\n}\n" },
    ['dep-any-version build.gradle:2'],
  ],
  [
    'an image without a tag',
    { Dockerfile: 'FROM node AS build\nFROM build\nFROM nginx:latest\n' },
    ['dep-unpinned-image Dockerfile:1', 'dep-unpinned-image Dockerfile:3'],
  ],
  [
    'an action by its branch',
    { '.github/workflows/ci.yml': 'jobs:\n  a:\n    steps:\n      - uses: acme/deploy@main\n' },
    ['dep-unpinned-action .github/workflows/ci.yml:4'],
  ],
])('%s is found', async (_, files, expected) => {
  const { findings } = await scan(files)
  expect(findings.map(({ rule, file, range }) => `${rule} ${file}:${range.start.line}`)).toEqual(expected)
  for (const finding of findings) expect(findingSchema.parse(finding)).toEqual(finding)
})

test('what is pinned, local, or merely unusual is no finding', async () => {
  const { findings, report } = await scan({
    'package.json': json({
      name: 'x',
      dependencies: {
        a: `github:acme/a#${commit}`,
        b: '^1.2.3',
        c: 'workspace:*',
        d: 'file:../d',
        e: 'npm:f@1.0.0',
        '@acme/chalc': '1.0.0',
        '@types/a': '*',
      },
      peerDependencies: { react: '*' },
    }),
    'package-lock.json': lock(
      { 'node_modules/b': entry, 'node_modules/c': { resolved: 'c', link: true }, c: { version: '1.0.0' } },
      {
        a: `github:acme/a#${commit}`,
        b: '^1.2.3',
        c: 'workspace:*',
        d: 'file:../d',
        e: 'npm:f@1.0.0',
        '@acme/chalc': '1.0.0',
        '@types/a': '*',
      },
    ),
    'sub/requirements.txt': 'flask==3.0.0 --hash=sha256:00\n-r other.txt\n-e .\n# comment\n',
    'sub/pyproject.toml': '[project]\nname = "x"\ndependencies = ["flask>=3"]\n',
    'rust/Cargo.toml': `[dependencies]\na = { path = "../a" }\nb = { git = "https://git.acme.test/b", rev = "${commit}" }\nc = { workspace = true }\n`,
    'go.mod': 'module acme.test/x\n\nrequire (\n\tacme.test/a v1.2.3 // indirect\n)\n',
    'pom.xml': '<project><url>http://acme.test</url>\n<version>1.0</version></project>\n',
    Dockerfile: `FROM node:22.1 AS build\nFROM scratch\nFROM a@sha256:${commit}${commit.slice(0, 24)}\n`,
    '.github/workflows/ci.yml': `steps:\n  - uses: actions/checkout@v4\n  - uses: ./local\n  - uses: acme/deploy@${commit}\n`,
  })
  expect(findings).toEqual([])
  expect(report.files.scanned).toBe(9)
})

test('a file that does not parse is named, and the others are judged', async () => {
  const { findings, report, text } = await scan({
    'package.json': '{',
    'a/package.json': json({ dependencies: { a: '*' } }),
  })
  expect(findings).toHaveLength(1)
  expect(report.gaps.map(({ file }) => file)).toEqual(['package.json'])
  expect(text).toContain('Not judged: package.json, it does not parse')
})

test('a password in an address is in no part of a finding', async () => {
  const password = ['not', 'to', 'be', 'seen', '42'].join('')
  const { everything } = await scan({
    'requirements.txt': `git+https://bob:${password}@git.acme.test/a.git@main#egg=a\n`,
  })
  expect(everything).toContain('dep-mutable-source')
  expect(everything).not.toContain(password)
})

async function scan(files: Readonly<Record<string, string>>) {
  const bench = await openToolBench([tool], { files })
  onTestFinished(() => bench.close())
  const { events, output } = await bench.run('dependency_scan', {})
  const findings = completedItems(events).flatMap((item): Finding[] => (item.type === 'finding' ? [item.finding] : []))
  const report = output.structured as DependencyReport // what this tool gives
  return { findings, report, text: output.output, everything: JSON.stringify([events, output]) }
}
