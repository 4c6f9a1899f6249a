import type { PolicyRule } from '../../plugin-api/index.ts'

type Pattern = PolicyRule['pattern']

/** Programs whose next word says what they do: `git push`. */
const withSubcommands: ReadonlySet<string> = new Set(
  (
    'git hg svn jj npm pnpm yarn cargo rustup go pip pip3 uv poetry pdm hatch conda gem bundle rake composer mix dotnet mvn mvnw gradle gradlew ' +
    'make gmake just task ninja tox nox bazel swift brew apt apt-get dnf yum pacman apk systemctl journalctl terraform tofu pulumi ansible helm ' +
    'aws gcloud az gh glab heroku fly vercel netlify firebase supabase prisma nx turbo lerna vite webpack ng expo flutter dart mise direnv nix twine ' +
    'docker podman nerdctl kubectl oc'
  ).split(' '),
)

/** Subcommands that are groups: the next word belongs to the name. */
const groups: Readonly<Record<string, ReadonlySet<string>>> = {
  git: new Set(['stash', 'remote', 'worktree', 'notes', 'lfs', 'submodule', 'bundle', 'reflog', 'sparse-checkout']),
  npm: new Set(['run', 'run-script', 'cache', 'config', 'pkg', 'dist-tag', 'access', 'org', 'team', 'owner']),
  pnpm: new Set(['run', 'config', 'store']),
  yarn: new Set(['run', 'workspace', 'config', 'cache']),
  go: new Set(['mod', 'work', 'env']),
  uv: new Set(['pip', 'python', 'cache']),
  cargo: new Set(['+nightly', '+stable', '+beta']),
  gh: new Set(['pr', 'issue', 'repo', 'run', 'release', 'workflow', 'gist', 'secret', 'variable', 'label', 'auth']),
  glab: new Set(['mr', 'issue', 'repo', 'ci', 'release']),
  aws: new Set([
    's3',
    's3api',
    'ec2',
    'iam',
    'lambda',
    'logs',
    'ecs',
    'eks',
    'rds',
    'cloudformation',
    'dynamodb',
    'sts',
  ]),
  dotnet: new Set(['tool', 'nuget', 'sln', 'ef', 'workload']),
  terraform: new Set(['state', 'workspace', 'providers']),
  tofu: new Set(['state', 'workspace', 'providers']),
  nix: new Set(['flake', 'store', 'profile']),
  bundle: new Set(['config']),
  docker: new Set(['compose', 'container', 'image', 'volume', 'network', 'buildx']),
  podman: new Set(['compose', 'container', 'image', 'volume', 'network']),
}

/** Commands that do the same kind of thing: who allows one may mean them all. */
const families: readonly Pattern[] = [
  ['git', ['status', 'log', 'diff', 'show', 'blame', 'shortlog', 'describe', 'rev-parse']],
  ['git', ['add', 'commit', 'mv']],
  ['git', ['fetch', 'pull']],
  [
    ['npm', 'pnpm', 'yarn'],
    ['test', 't'],
  ],
  [
    ['npm', 'pnpm', 'yarn'],
    ['install', 'ci', 'i', 'add', 'update'],
  ],
  [['npm', 'pnpm', 'yarn'], ['publish']],
  [
    ['npm', 'pnpm', 'yarn'],
    ['run', 'run-script'],
  ],
  ['cargo', ['build', 'check', 'test', 'clippy', 'fmt', 'doc', 'bench']],
  ['go', ['build', 'test', 'vet', 'fmt', 'list']],
  [
    ['pip', 'pip3'],
    ['install', 'download'],
  ],
  ['uv', ['sync', 'lock', 'add', 'pip']],
  ['dotnet', ['build', 'test', 'restore', 'format']],
  [
    ['mvn', './mvnw'],
    ['compile', 'test', 'verify', 'package'],
  ],
  [
    ['gradle', 'gradlew', './gradlew'],
    ['build', 'test', 'check', 'assemble'],
  ],
  [['eslint', 'prettier', 'biome', 'tsc', 'stylelint']],
  [['pytest', 'vitest', 'jest', 'mocha']],
  [['ruff', 'black', 'isort', 'mypy', 'flake8', 'pyright', 'pylint']],
]

/** Whether nothing stands there but the name of a program whose next word says what it does. */
export function isOnlyNamed([program = '', ...others]: readonly string[]): boolean {
  return others.length === 0 && withSubcommands.has(nameOf(program))
}

/**
 * The words of a command up to its first operand: program, subcommand, and the options that come at once. Undefined where an option stands
 * before the subcommand, which would then be any.
 */
export function leadingWords(words: readonly string[]): readonly string[] | undefined {
  const named = namingWords(words)
  if (named === undefined) return undefined
  const behind = words.slice(named.length)
  const end = behind.findIndex((word) => !/^-[\w-]*$/.test(word))
  return [...named, ...(end === -1 ? behind : behind.slice(0, end))]
}

/** The families of a command, the narrowest first: those of the table, or all that its program (and subcommand) does. */
export function kindredOf(words: readonly string[]): readonly (readonly (string | readonly string[])[])[] {
  const named = namingWords(words)
  if (named === undefined) return []
  const family = families.find((pattern) =>
    pattern.every((element, index) => [element].flat().includes(words[index] ?? '')),
  )
  return family === undefined ? [named] : [family]
}

/** Program and subcommands. */
function namingWords(words: readonly string[]): readonly string[] | undefined {
  const [program = '', first, second] = words
  const name = nameOf(program)
  if (!withSubcommands.has(name)) return [program]
  if (first === undefined) return [program]
  if (/^-|^\w+=/.test(first)) return undefined
  const isGroup = Object.hasOwn(groups, name) && groups[name]?.has(first) === true
  return isGroup && second !== undefined && !second.startsWith('-') ? [program, first, second] : [program, first]
}

function nameOf(program: string): string {
  return program.slice(program.lastIndexOf('/') + 1)
}
