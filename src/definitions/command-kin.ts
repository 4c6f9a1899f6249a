import type { PolicyRule } from '../plugin-api/index.ts'

type Pattern = PolicyRule['pattern']

/** Programs that run what they are given, in any language, on another machine or as another user. */
const runners: ReadonlySet<string> = new Set(
  (
    'sh bash dash zsh fish ksh mksh csh tcsh nu pwsh powershell cmd busybox toybox ' +
    'node deno bun tsx ts-node python python2 python3 pypy pypy3 ipython ruby irb perl php lua luajit R Rscript julia osascript java groovy scala ' +
    'awk gawk mawk sed ed ex vi vim nvim emacs gdb lldb ' +
    'env command builtin exec eval source . time nice ionice nohup setsid stdbuf timeout watch xargs parallel tee trap alias ' +
    'sudo doas su runuser pkexec chroot unshare nsenter bwrap firejail strace ltrace script tmux screen expect systemd-run at batch crontab ' +
    'ssh mosh scp rsync npx bunx uvx pipx docker podman nerdctl kubectl oc vagrant flatpak-spawn'
  ).split(' '),
)

/** Subcommands that run what they are given. */
const runningSubcommands: Readonly<Record<string, ReadonlySet<string>>> = {
  npm: new Set(['exec', 'x', 'explore', 'init', 'create']),
  pnpm: new Set(['exec', 'dlx', 'create']),
  yarn: new Set(['exec', 'dlx', 'create', 'node']),
  uv: new Set(['run', 'tool']),
  poetry: new Set(['run']),
  pdm: new Set(['run']),
  hatch: new Set(['run']),
  bundle: new Set(['exec']),
  mise: new Set(['exec', 'x']),
  direnv: new Set(['exec']),
  go: new Set(['run', 'generate', 'tool']),
  cargo: new Set(['run']),
  git: new Set(['bisect', 'submodule', 'filter-branch', 'rebase', 'config', 'difftool', 'mergetool', 'daemon', 'hook']),
  nix: new Set(['run', 'shell', 'develop']),
}

/** Programs whose next word says what they do: `git push`. */
const withSubcommands: ReadonlySet<string> = new Set(
  (
    'git hg svn jj npm pnpm yarn cargo rustup go pip pip3 uv poetry pdm hatch conda gem bundle rake composer mix dotnet mvn mvnw gradle gradlew ' +
    'make gmake just task ninja tox nox bazel swift brew apt apt-get dnf yum pacman apk systemctl journalctl terraform tofu pulumi ansible helm ' +
    'aws gcloud az gh glab heroku fly vercel netlify firebase supabase prisma nx turbo lerna vite webpack ng expo flutter dart mise direnv nix twine'
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
  [['make', 'gmake']],
  [['eslint', 'prettier', 'biome', 'tsc', 'stylelint']],
  [['pytest', 'vitest', 'jest', 'mocha', 'tox', 'nox']],
  [['ruff', 'black', 'isort', 'mypy', 'flake8', 'pyright', 'pylint']],
]

/** Whether the first words of a command say nothing of what it runs. */
export function runsWhatItIsGiven([program = '', ...others]: readonly string[]): boolean {
  const name = nameOf(program)
  const subcommand = others.find((word) => !word.startsWith('-')) ?? ''
  return runners.has(name) || /^(?:python|ruby|perl|lua|node|php)\d[\d.]*$/.test(name) || isRunning(name, subcommand)
}

function isRunning(name: string, subcommand: string): boolean {
  return Object.hasOwn(runningSubcommands, name) && runningSubcommands[name]?.has(subcommand) === true
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
  if (first.startsWith('-')) return undefined
  const isGroup = Object.hasOwn(groups, name) && groups[name]?.has(first) === true
  return isGroup && second !== undefined && !second.startsWith('-') ? [program, first, second] : [program, first]
}

function nameOf(program: string): string {
  return program.slice(program.lastIndexOf('/') + 1)
}
