import { spawn } from 'node:child_process'
import { isAbsolute, join, sep } from 'node:path'
import type { Env } from '../../config/codex-home.ts'
import { CodexError } from '../../plugin-api/errors.ts'
import { endProcessGroup } from '../../sandbox/end-process-tree.ts'
import { findProgram } from '../../sandbox/find-program.ts'

/** `[model_providers.ID.auth]`, or `[auth]`. */
export interface TokenCommand {
  readonly command: string | readonly string[]
  readonly args?: readonly string[] | undefined
  readonly cwd?: string | undefined
  readonly timeout_ms?: number | undefined
  readonly refresh_interval_ms?: number | undefined
}

export interface TokenCommandPlaces {
  readonly env: Env
  /** A relative program or directory is looked up here. */
  readonly codexHome: string
  /** Programs below it are not taken: a repository brings none. */
  readonly workspaceRoot: string
  /** What `~/` means. */
  readonly homeDir: string
}

const defaultTimeoutMs = 5000
const maxOutputBytes = 65_536
const runByHand = 'Run the command by hand to see what it says: its output may hold secrets, and is not shown here.'

/**
 * Runs the command and gives the token that it prints. No shell, no terminal, nothing to read; the user's own environment, since it is the
 * user's own program. What it writes to stderr is never read: it may be the token, and an error is kept with its thread.
 *
 * @param key key of the configuration, for messages: `model_providers.x.auth`
 * @throws CodexError `credential.command`; the abort reason
 */
export async function runTokenCommand(
  settings: TokenCommand,
  key: string,
  places: TokenCommandPlaces,
  signal: AbortSignal,
): Promise<string> {
  signal.throwIfAborted()
  const [name = '', ...first] = typeof settings.command === 'string' ? [settings.command] : settings.command
  const program = programOf(name, places)
  if (program === undefined) throw failure(key, `${name} is not found`, 'Name it by its absolute path.')
  const timeoutMs = settings.timeout_ms ?? defaultTimeoutMs
  const ended = await run(program, [...first, ...(settings.args ?? [])], { settings, places, timeoutMs }, signal)
  switch (ended.type) {
    case 'not_started':
      throw failure(key, `${name} could not be started: ${ended.reason}`, 'Check the program and cwd.')
    case 'late':
      throw failure(key, `${name} took longer than ${timeoutMs} ms`, 'Raise timeout_ms, or see what it waits for.')
    case 'too_long':
      throw failure(key, `${name} printed more than ${maxOutputBytes} bytes`, 'It has to print the token alone.')
    case 'exit': {
      const token = ended.stdout.trim()
      if (ended.status !== 0) {
        throw failure(key, `${name} ended with ${ended.status}`, runByHand)
      }
      if (token === '') throw failure(key, `${name} printed nothing`, 'It has to print the token on stdout.')
      // A header takes no line break, and a token has no space.
      if (!/^[\x21-\x7e]+$/.test(token)) {
        throw failure(key, `${name} printed something else than one token`, 'It has to print the token alone.')
      }
      return token
    }
  }
}

type Ended =
  | { readonly type: 'exit'; readonly status: number | string; readonly stdout: string }
  | { readonly type: 'not_started'; readonly reason: string }
  | { readonly type: 'late' | 'too_long' }

function run(
  program: string,
  args: readonly string[],
  how: { readonly settings: TokenCommand; readonly places: TokenCommandPlaces; readonly timeoutMs: number },
  signal: AbortSignal,
): Promise<Ended> {
  const { env, codexHome } = how.places
  const cwd = how.settings.cwd === undefined ? codexHome : absolute(how.settings.cwd, how.places)
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
      windowsHide: true,
    })
    const settle = (finish: () => void) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
      if (child.pid !== undefined && child.exitCode === null) endProcessGroup(child.pid)
      finish()
    }
    const end = (ended: Ended) => settle(() => resolve(ended))
    const abort = () => settle(() => reject(signal.reason))
    const timer = setTimeout(() => end({ type: 'late' }), how.timeoutMs)
    signal.addEventListener('abort', abort)
    let stdout = ''
    let sizeBytes = 0
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      sizeBytes += Buffer.byteLength(text)
      if (sizeBytes > maxOutputBytes) end({ type: 'too_long' })
      else stdout += text
    })
    child.once('error', (error) => end({ type: 'not_started', reason: error.message }))
    // What it left in the background would keep the pipe open.
    child.once('exit', () => child.pid !== undefined && endProcessGroup(child.pid))
    child.once('close', (code, name) => end({ type: 'exit', status: code ?? name ?? 1, stdout }))
  })
}

function programOf(name: string, places: TokenCommandPlaces): string | undefined {
  if (name.includes('/') || name.includes(sep)) return absolute(name, places)
  const { env, workspaceRoot } = places
  return findProgram(name, { notBelow: workspaceRoot, ...(env.PATH !== undefined && { searchPath: env.PATH }) })
}

function absolute(path: string, { codexHome, homeDir }: TokenCommandPlaces): string {
  if (path.startsWith('~/')) return join(homeDir, path.slice(2))
  return isAbsolute(path) ? path : join(codexHome, path)
}

function failure(key: string, what: string, hint: string): CodexError {
  return new CodexError('credential.command', `The command of ${key} gave no token: ${what}`, { hint })
}
