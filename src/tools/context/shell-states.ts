import { randomBytes } from 'node:crypto'
import { untilAborted } from '../../kernel/until-aborted.ts'
import type { CommandSupplies } from '../../sandbox/command-supplies.ts'
import type { ShellState } from '../../sandbox/shell-state.ts'
import type { CommandConfinement, CommandRequest } from '../../sandbox/start-command.ts'

/** The states of login shells, each taken once. */
export interface ShellStates {
  /** Undefined where the login files are to be read with the command, as without a state. @throws the abort reason */
  of(shell: string, run: StateRun): Promise<ShellState | undefined>
}

/** The states that the threads of one run share. */
export interface SharedShellStates {
  /**
   * Those of threads within the same bounds: login files say no more to one thread than they would to another.
   *
   * @param bounds what commands may read and reach, as a text
   * @param allows whether a variable that login files set may reach commands; the same for all threads of a run
   */
  within(bounds: string, allows: (name: string) => boolean): ShellStates
}

/** None was taken yet. */
export function createSharedShellStates(): SharedShellStates {
  const byBounds = new Map<string, ShellStates>()
  return {
    within(bounds, allows) {
      const states = byBounds.get(bounds) ?? createShellStates(allows)
      byBounds.set(bounds, states)
      return states
    },
  }
}

/** How the commands of the thread run: the login files are read in the same way. */
export interface StateRun {
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** Asked once, by who reads them. */
  how(): Promise<CommandConfinement>
  readonly supplies: CommandSupplies
  redact(text: string): string
  readonly signal: AbortSignal
}

/** Longer than any login is borne; then each command logs in by itself. */
const captureMs = 10_000
const maxStateBytes = 1024 * 1024

/** @param allows whether a variable that login files set may reach commands */
export function createShellStates(allows: (name: string) => boolean): ShellStates {
  const states = new Map<string, Promise<ShellState | undefined>>()
  return {
    async of(shell, run) {
      for (;;) {
        const ofOther = states.get(shell)
        const known = ofOther ?? capture(shell, allows, run)
        states.set(shell, known)
        try {
          return await untilAborted(known, run.signal)
        } catch (error) {
          run.signal.throwIfAborted()
          if (states.get(shell) === known) states.delete(shell)
          // Who took it may have been interrupted, in another thread too.
          if (ofOther) continue
          debug('no state of %s: %s', shell, error)
          states.set(shell, Promise.resolve(undefined))
          return undefined
        }
      }
    },
  }
}

async function capture(
  shell: string,
  allows: (name: string) => boolean,
  { cwd, env, how, supplies, redact, signal }: StateRun,
): Promise<ShellState | undefined> {
  const { runCommand, shellState } = await supplies.code()
  const { hasShellState, readShellState, stateScript } = shellState
  if (!hasShellState(shell)) return undefined
  const mark = randomBytes(12).toString('hex')
  const request: CommandRequest = {
    ...{ argv: [shell, '-lc', stateScript(shell, mark)], cwd, env },
    ...{ timeoutMs: captureMs, maxOutputBytes: maxStateBytes },
  }
  for await (const event of runCommand(request, await how(), supplies, signal)) {
    if (event.type !== 'exit') continue
    const state = event.timedOut ? undefined : readShellState(event.output, mark, { given: env, allows, redact })
    if (!state) debug('no state of %s: it ended with %d after %d ms', shell, event.exitCode, event.durationMs)
    return state
  }
  return undefined
}

/** Shown with `NODE_DEBUG=codex-shell`. An `import` of node:util would read every export, and load threads and parsers with it. */
function debug(format: string, ...values: readonly unknown[]): void {
  process.getBuiltinModule('node:util').debuglog('codex-shell')(format, ...values)
}
