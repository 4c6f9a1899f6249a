import { CodexError } from '../../plugin-api/errors.ts'
import { withoutCredentials } from './plugin-source.ts'

/** One program, run to its end; all its processes end with it. */
export interface ProgramRequest {
  readonly argv: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
}

export interface ProgramResult {
  readonly exitCode: number
  readonly timedOut: boolean
  /** stdout and stderr, in order of arrival. */
  readonly output: string
}

/** Runs programs; the caller decides how, and for how long. Throws the abort reason. */
export type RunProgram = (request: ProgramRequest, signal: AbortSignal) => Promise<ProgramResult>

/** What npm and git are run with. */
export interface PluginPrograms {
  readonly run: RunProgram
  /** argv of npm, without arguments. */
  readonly npm: readonly string[]
  /** Of npm and git. */
  readonly env: Readonly<Record<string, string>>
  /** Of a plugin's install scripts. */
  readonly scriptEnv: Readonly<Record<string, string>>
}

/** For every run: nothing runs, nothing is asked, nothing is sent that is not needed, and a missing network is said soon. */
const quiet = [
  ...['--no-audit', '--no-fund', '--no-progress', '--loglevel=error', '--no-update-notifier', '--global=false'],
  ...['--fetch-retries=1', '--fetch-retry-mintimeout=500', '--fetch-retry-maxtimeout=2000', '--fetch-timeout=60000'],
]

/** Runs npm; no script of any package runs. @throws CodexError `plugin.source`, `plugin.failed`; the abort reason */
export async function runNpm(
  args: readonly string[],
  { cwd, what }: { readonly cwd: string; readonly what: string },
  { run, npm, env }: PluginPrograms,
  signal: AbortSignal,
): Promise<void> {
  const argv = [...npm, ...args, '--ignore-scripts', '--omit=dev', ...quiet]
  const result = await run({ argv, cwd, env }, signal)
  if (result.exitCode !== 0 || result.timedOut) throw npmProblem(result, what)
}

/** Runs the install scripts of these packages, which the person has agreed to. @throws CodexError `plugin.failed` */
export async function runInstallScripts(
  names: readonly string[],
  cwd: string,
  { run, npm, scriptEnv }: PluginPrograms,
  signal: AbortSignal,
): Promise<void> {
  const argv = [...npm, 'rebuild', ...names, '--ignore-scripts=false', '--foreground-scripts', ...quiet]
  const { exitCode, timedOut, output } = await run({ argv, cwd, env: scriptEnv }, signal)
  if (exitCode === 0 && !timedOut) return
  throw new CodexError(
    'plugin.failed',
    `The install scripts did not succeed; nothing was installed.\n${tail(output)}`,
    {
      hint: 'Their author has to mend them. Without --run-scripts they are left out.',
    },
  )
}

/** Runs git for a source. @throws CodexError `plugin.source` */
export async function runGit(
  args: readonly string[],
  { cwd, what }: { readonly cwd: string; readonly what: string },
  { run, env }: PluginPrograms,
  signal: AbortSignal,
): Promise<string> {
  // No program that a repository or a setting names runs by itself, and no submodule is fetched.
  const settings = ['core.hooksPath=/dev/null', 'core.fsmonitor=false', 'core.askPass=', 'protocol.ext.allow=never']
  const argv = ['git', ...settings.flatMap((setting) => ['-c', setting]), ...args]
  const { exitCode, timedOut, output } = await run({ argv, cwd, env }, signal)
  if (exitCode === 0 && !timedOut) return output
  if (timedOut) throw tookTooLong(what)
  const text = withoutCredentials(output)
  if (
    /could not read (?:Username|Password)|Authentication failed|Permission denied \(|Host key verification failed/.test(
      text,
    )
  ) {
    throw new CodexError('plugin.source', `${what} asks for a password or a key, and there is none for it`, {
      hint: 'Give git a credential helper or an ssh key for that host, or clone it yourself and install the folder.',
    })
  }
  throw new CodexError('plugin.source', `git cannot read ${what}: ${lastLine(text)}`, {
    hint: 'Check the address, the name after # and the network.',
  })
}

function npmProblem({ output, timedOut }: ProgramResult, what: string): CodexError {
  if (timedOut) return tookTooLong(what)
  const text = withoutCredentials(output)
  const code = /npm error code (\S+)/.exec(text)?.[1] ?? ''
  const known = npmProblems.find(({ codes }) => codes.test(code))
  if (known) {
    // It may be a dependency that is missing, and npm says which.
    const missing =
      /'([^'\s]+)' (?:is not in this registry|could not be found)|No matching version found for (\S+?)\.?\s/.exec(text)
    const about = (missing?.[1] ?? missing?.[2] ?? what).replace(/@\*$/, '')
    const subject = about === what || about === `${what}@latest` ? what : `${what}: ${about}`
    return new CodexError(known.error, `${subject}: ${known.problem} (${code})`, { hint: known.hint })
  }
  return new CodexError('plugin.failed', `npm cannot install ${what}.\n${tail(text)}`, {
    hint: 'Nothing was changed. npm says above what is wrong.',
  })
}

const npmProblems = [
  {
    codes: /^(?:E404|ETARGET|ENOVERSIONS)$/,
    error: 'plugin.source',
    problem: 'the registry has no such package or version',
    hint: 'Check the name and the version. A folder is named with a path: ./name.',
  },
  {
    codes:
      /^(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|ENOTCACHED|EPROTO|CERT_.*|UNABLE_TO_.*)$/,
    error: 'plugin.source',
    problem: 'the registry cannot be reached; nothing was changed',
    hint: 'Check the network, the proxy variables and the registry in .npmrc.',
  },
  {
    codes: /^(?:E401|E403|ENEEDAUTH)$/,
    error: 'plugin.source',
    problem: 'the registry does not let you in',
    hint: 'Put a token for it into .npmrc: npm login.',
  },
  {
    codes: /^EINTEGRITY$/,
    error: 'plugin.unsafe',
    problem: 'what was fetched is not what its integrity says',
    hint: 'Try again. If it stays so, tell the owner of the package.',
  },
  {
    codes: /^(?:ENOSPC|EDQUOT)$/,
    error: 'plugin.failed',
    problem: 'the disk is full; no plugin was changed',
    hint: 'Free space on the disk of CODEX_HOME, then try again.',
  },
  {
    codes: /^ERESOLVE$/,
    error: 'plugin.failed',
    problem: 'its dependencies do not fit those of the plugins that are there',
    hint: 'Uninstall the plugin that it does not get along with, or take another version.',
  },
] as const

function tookTooLong(what: string): CodexError {
  return new CodexError('plugin.source', `${what} was not there in time; nothing was changed`, {
    hint: 'Check the network, then try again.',
  })
}

/** The last lines of what a program said. */
function tail(output: string): string {
  const lines = output.trim().split('\n')
  return lines
    .filter((line) => !/A complete log of this run/.test(line))
    .slice(-12)
    .join('\n')
}

function lastLine(text: string): string {
  const lines = text.trim().split('\n')
  return lines.findLast((line) => /^(?:fatal|error|remote):/.test(line)) ?? lines.at(-1) ?? ''
}
