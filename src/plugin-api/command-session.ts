import type { ExecRequest } from './tool.ts'

/** A command that may go on after the call that started it. */
export interface SessionRequest extends Omit<ExecRequest, 'stdin' | 'env'> {
  /** True: on a terminal of its own, so that it can be typed to. Default false: it has nothing to read. */
  readonly tty?: boolean
}

/** The commands of a thread that go on between calls; they end with the thread, or when its turn is interrupted. */
export interface GatedCommands {
  /**
   * Starts one as `exec` does: through the gate, in the sandbox. It is shown as a `command_execution`, until it ends.
   * @throws CodexError `permission.denied`, `sandbox.*`, `tool.failed`: too many run, or there is no terminal
   */
  start(request: SessionRequest): Promise<CommandSession>
  /** One that was started before. @throws CodexError `tool.input` where there is none of that id, or its end has been told */
  find(sessionId: number): CommandSession
}

/** A command that was started. */
export interface CommandSession {
  /** Names it in the thread. */
  readonly id: number
  /** Types a text, which passes the gate and is in the audit log. `\u0003` alone ends a command without a terminal. @throws CodexError `tool.input` where it cannot be typed to */
  type(text: string): Promise<void>
  /** Waits until it ends, at most so many milliseconds, and gives what it has printed since it was last asked. */
  wait(ms: number): Promise<CommandProgress>
}

/** What a command has done since it was last asked. */
export interface CommandProgress {
  /** stdout and stderr in order of arrival, cut in the middle at 1 MiB, without secrets. */
  readonly output: string
  /** Of all that it printed since then. */
  readonly outputBytes: number
  /** File that holds all of it, where it is long. */
  readonly outputFile?: string
  /** Milliseconds that were waited. */
  readonly waitedMs: number
  /** How it ended; absent while it runs. */
  readonly exit?: {
    /** 128 + N where signal N ended it, as a shell says. */
    readonly exitCode: number
    /** True where its time was over. */
    readonly timedOut: boolean
    /** Milliseconds since it was started. */
    readonly durationMs: number
    /** Which limit ended it, as a sentence. Absent: none did. */
    readonly limit?: string
  }
}
