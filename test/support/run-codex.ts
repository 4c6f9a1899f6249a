import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type CodexHome, makeCodexHome, modelServerKeyName } from './codex-home.ts'
import { eventStreamProblems, expectsEvents } from './event-stream-problems.ts'

/** The built program. */
export const codexBin = fileURLToPath(new URL('../../bin/codex.js', import.meta.url))

export interface CodexOptions {
  /** Absent: a fresh one, removed at the end. */
  readonly home?: CodexHome
  /** Absent: the home directory, which is no git repository. */
  readonly cwd?: string
  /** Text on standard input, then its end. Absent: it ends at once. */
  readonly stdin?: string
  /** Added to a bare environment (PATH, HOME, CODEX_HOME, a key for the model server); undefined takes a name out. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Runs as another user, and as its group; needs root. */
  readonly userId?: number
  /** A program and its arguments that the whole command line is handed to, to run it under conditions of its own. */
  readonly through?: readonly string[]
}

export interface CodexResult {
  /** null where a signal ended it. */
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  /** The lines of stdout that are JSON objects, in order. */
  readonly events: readonly CodexEvent[]
}

/** One line of `--json`. */
export interface CodexEvent {
  readonly type: string
  readonly [key: string]: unknown
}

export interface RunningCodex {
  readonly pid: number
  kill(signal: NodeJS.Signals): void
  /** The first event that satisfies, also of those already there; rejects if the program ends before. */
  event(satisfies: (event: CodexEvent) => boolean): Promise<CodexEvent>
  readonly done: Promise<CodexResult>
}

/** Runs the built program to its end. Rejects where it prints events that break their contract: every test holds it. */
export async function runCodex(argv: readonly string[], options: CodexOptions = {}): Promise<CodexResult> {
  return (await startCodex(argv, options)).done
}

/** Starts the built program, for tests that watch it or send it signals. */
export async function startCodex(argv: readonly string[], options: CodexOptions = {}): Promise<RunningCodex> {
  const home = options.home ?? (await makeCodexHome())
  const [program = process.execPath, ...words] = [...(options.through ?? []), process.execPath, codexBin, ...argv]
  const child = spawn(program, words, {
    cwd: options.cwd ?? home.homeDir,
    env: environment(home, options.env ?? {}),
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(options.userId !== undefined && { uid: options.userId, gid: options.userId }),
  })
  const events: CodexEvent[] = []
  const watchers = new Set<() => void>()
  let stdout = ''
  let stderr = ''
  let unread = 0
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk
    for (let end = stdout.indexOf('\n', unread); end !== -1; end = stdout.indexOf('\n', unread)) {
      const event = parseEvent(stdout.slice(unread, end))
      unread = end + 1
      if (event) events.push(event)
    }
    for (const watch of watchers) watch()
  })
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk
  })
  // A program that does not read its input may close the pipe before all is written.
  child.stdin.on('error', () => {}).end(options.stdin ?? '')
  const done = new Promise<CodexResult>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (exitCode, signal) => {
      const cleaned = options.home ? Promise.resolve() : home.remove()
      // A killed program may have torn its last line; what it printed before still counts.
      const whole = signal === null ? stdout : stdout.slice(0, stdout.lastIndexOf('\n') + 1)
      const problems = expectsEvents(argv, whole) ? eventStreamProblems(whole) : []
      const result = { exitCode, signal, stdout, stderr, events }
      cleaned.then(() => {
        if (problems.length === 0) resolve(result)
        else
          reject(new Error(`codex ${argv.join(' ')} printed events that break their contract:\n${problems.join('\n')}`))
      }, reject)
    })
  })
  return {
    pid: child.pid ?? -1,
    kill: (signal) => void child.kill(signal),
    event: (satisfies) =>
      new Promise((resolve, reject) => {
        const watch = () => {
          const found = events.find(satisfies)
          if (!found) return
          watchers.delete(watch)
          resolve(found)
        }
        watchers.add(watch)
        watch()
        done.then(({ stderr: text }) => reject(new Error(`The program ended before that event: ${text}`)), reject)
      }),
    done,
  }
}

function environment(home: CodexHome, more: CodexOptions['env'] & object): Record<string, string> {
  const bare = { PATH: process.env.PATH, HOME: home.homeDir, CODEX_HOME: home.codexHome, [modelServerKeyName]: 'key' }
  const entries = Object.entries({ ...bare, ...more })
  return Object.fromEntries(entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])))
}

function parseEvent(line: string): CodexEvent | undefined {
  if (!line.startsWith('{')) return undefined
  // What is no JSON is seen in `stdout` by the test.
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
