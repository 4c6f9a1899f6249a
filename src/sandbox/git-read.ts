import { CodexError } from '../plugin-api/errors.ts'
import { findGitDirectory } from './find-git-directory.ts'
import { findProgram } from './find-program.ts'
import { gitEnvironment, inertSettings } from './git-environment.ts'
import { openGitView } from './git-view.ts'
import { type GitRun, runGit } from './run-git.ts'

export interface GitReadResult {
  /** git's; 128 outside a repository, as git says; 127 where git is not installed; 0 where the output was cut. */
  readonly exitCode: number
  readonly stdout: string
  /** True where there was more than `maxBytes`. */
  readonly truncated: boolean
  /** True where git is not installed. */
  readonly missing: boolean
}

/** Subcommands that only read, with any arguments but the refused ones. */
const readers = new Set([
  ...[
    'blame',
    'cat-file',
    'check-ignore',
    'count-objects',
    'describe',
    'diff',
    'diff-files',
    'diff-index',
    'diff-tree',
  ],
  ...[
    'for-each-ref',
    'log',
    'ls-files',
    'ls-tree',
    'merge-base',
    'name-rev',
    'rev-list',
    'rev-parse',
    'shortlog',
    'show',
  ],
  ...['show-ref', 'status'],
])
const diffReaders = new Set(['diff', 'diff-files', 'diff-index', 'diff-tree', 'log', 'show'])

/** git takes any unambiguous beginning of a long option: these write files, or start git inside a submodule. */
const refusedOptions = /^--(out|submod|ext-|textc|filters|ignore-submodules=none)/

/**
 * The kernel's own read-only git: it runs no hook, external diff, text conversion, fsmonitor, filter, pager, alias,
 * helper or transport of the repository, takes no lock and reaches no network. `searchPath` is the user's PATH; without
 * it only system directories are searched for git. @throws CodexError `internal` for arguments that do not only read; the abort reason
 */
export async function gitRead(
  args: readonly string[],
  options: {
    readonly cwd: string
    readonly maxBytes: number
    readonly searchPath?: string
    /** Larger files count as binary: their changes are not shown. Absent: 512 MiB, as git has it. */
    readonly bigFileBytes?: number
  },
  signal: AbortSignal,
): Promise<GitReadResult> {
  signal.throwIfAborted()
  const [subcommand = '', ...rest] = args
  assertOnlyReads(subcommand, rest)
  const repository = findGitDirectory(options.cwd)
  const git = findProgram('git', {
    notBelow: repository?.workTree ?? options.cwd,
    ...(options.searchPath === undefined ? {} : { searchPath: options.searchPath }),
  })
  if (git === undefined) return { exitCode: 127, stdout: '', truncated: false, missing: true }
  if (repository === undefined) return { exitCode: 128, stdout: '', truncated: false, missing: false }

  const view = openGitView(repository)
  try {
    const { bigFileBytes } = options
    const bigFiles = bigFileBytes === undefined ? [] : ['-c', `core.bigFileThreshold=${bigFileBytes}`]
    const argv = [git, '--no-pager', ...inertSettings, ...bigFiles, subcommand, ...guards(subcommand), ...rest] as const
    // It takes no lock, not even to write down what it saw.
    const env = { ...gitEnvironment(view.gitDir, repository.workTree), GIT_OPTIONAL_LOCKS: '0' }
    const { cwd, maxBytes } = options
    return { ...(await readOutput({ argv, cwd, env, maxBytes }, signal)), missing: false }
  } finally {
    view.close()
  }
}

function assertOnlyReads(subcommand: string, rest: readonly string[]): void {
  const operands = rest.indexOf('--')
  const flags = operands < 0 ? rest : rest.slice(0, operands)
  const isReader =
    readers.has(subcommand) ||
    (subcommand === 'branch' && rest.length === 1 && rest[0] === '--show-current') ||
    (subcommand === 'symbolic-ref' &&
      rest.filter((word) => !/^(-q|--quiet|--short)$/.test(word)).length === 1 &&
      !rest.includes('-d'))
  const refused = flags.find((flag) => refusedOptions.test(flag))
  if (isReader && refused === undefined) return
  throw new CodexError(
    'internal',
    `git ${[subcommand, refused].filter(Boolean).join(' ')} is not a read that the kernel makes.`,
  )
}

function guards(subcommand: string): readonly string[] {
  // What a submodule's work tree looks like is known only by running git under its configuration.
  if (subcommand === 'status') return ['--ignore-submodules=dirty']
  return diffReaders.has(subcommand) ? ['--no-ext-diff', '--no-textconv', '--ignore-submodules=dirty'] : []
}

async function readOutput(run: Omit<GitRun, 'endsBy'>, signal: AbortSignal): Promise<Omit<GitReadResult, 'missing'>> {
  const { exitCode, stdout, truncated } = await runGit({ ...run, endsBy: 'SIGKILL' }, signal)
  // As a stream: a character torn by the cut is left out.
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(stdout, { stream: truncated })
  return { exitCode: truncated ? 0 : exitCode, stdout: text, truncated }
}
