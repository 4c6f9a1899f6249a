/** The moments at which hooks run. */
export const hookEvents = [
  'SessionStart',
  'UserPromptSubmit',
  'PreToolUse',
  'PostToolUse',
  'PermissionRequest',
  'Stop',
] as const
/** One of these moments. */
export type HookEvent = (typeof hookEvents)[number]

interface HookPayloadCommon {
  /** The thread that it is about. */
  readonly threadId: string
  /** The turn, where one has begun. */
  readonly turnId?: string
  /** Absolute path of the directory of the thread. */
  readonly cwd: string
}

/** What a hook is told, by event. */
export interface HookPayloads {
  /** A thread begins, or goes on in another run of the program. A `deny` ends the run before a model is asked. */
  SessionStart: HookPayloadCommon & {
    /** Absent: `startup`. */
    readonly source?: 'startup' | 'resume'
  }
  /** A prompt is about to be taken. Decides. */
  UserPromptSubmit: HookPayloadCommon & { readonly prompt: string }
  /** A tool is about to run; `input` is what the model sent, or what a hook put in its place. Decides. */
  PreToolUse: HookPayloadCommon & { readonly tool: string; readonly input: unknown; readonly callId: string }
  /** A tool has run; a `deny` tells its reason to the model. */
  PostToolUse: HookPayloadCommon & {
    readonly tool: string
    readonly input: unknown
    readonly callId: string
    readonly output: string
    readonly failed: boolean
  }
  /** A person is about to be asked. Decides: a `deny` spares the question. */
  PermissionRequest: HookPayloadCommon & { readonly reason: string; readonly action: unknown }
  /** A turn is done. A `deny` makes it go on: its reason is told to the model, a few times in a turn at most. */
  Stop: HookPayloadCommon & {
    readonly lastAgentMessage: string
    /** True where a `deny` has made this turn go on before. Absent: false. */
    readonly isContinued?: boolean
  }
}

/**
 * Absent fields leave things as they are. `deny` holds over any `allow`, and an `allow` lifts nothing that others forbid;
 * `context` is shown to the model, `notice` to the person.
 */
export interface HookDecision {
  /** Absent: no opinion. */
  readonly decision?: 'allow' | 'deny'
  /** Why it is denied; shown to people and to the model. */
  readonly reason?: string
  /** Text that the model is shown. */
  readonly context?: string
  /** Text that the person is shown, whatever is decided. Absent: none. */
  readonly notice?: string
  /**
   * Of `PreToolUse`: arguments in place of those of the call, as the model would have sent them. They pass the tool's
   * schema, the hooks and the gate like any others, so nothing is allowed by being rewritten. Absent: as they are.
   */
  readonly input?: unknown
}

/** Has 10 seconds unless the manifest says otherwise; a PreToolUse, PermissionRequest or UserPromptSubmit hook that fails denies. */
export interface Hook<Event extends HookEvent = HookEvent> {
  /** As in the manifest. */
  readonly event: Event
  /** Answers, or gives undefined for no opinion. */
  run(payload: HookPayloads[Event], signal: AbortSignal): Promise<HookDecision | undefined>
}

/** A hook that runs, as `codex hooks list` shows it. */
export interface HookEntry {
  /** When it runs. */
  readonly event: HookEvent
  /** Which tools it is asked about, as it is written. Absent: all, or the event is about none. */
  readonly matcher?: string
  /** Name of the plugin that brings it. Absent: a file names a program. */
  readonly plugin?: string
  /** What is run: a module of the plugin, or a script for the shell. */
  readonly runs: string
  /** Security profile that holds a program in place of that of the thread. Absent: that of the thread; a plugin's hook is code of this program. */
  readonly profile?: string
  /** Milliseconds until it counts as failed. */
  readonly timeoutMs: number
  /** Where it is written down: an absolute path, or `-c`. */
  readonly file: string
  /** From 1. Absent: not known. */
  readonly line?: number
  /** `waiting`: it stands in a repository, and is run once `codex trust` has confirmed the text that it is in. */
  readonly state: 'in_force' | 'waiting'
}

/** Types a hook by its event. */
export function defineHook<Event extends HookEvent>(hook: Hook<Event>): Hook<Event> {
  return hook
}
