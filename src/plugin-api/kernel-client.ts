import type { Decision } from './action.ts'
import type { AgentDefinition } from './agent.ts'
import type { ApprovalAnswer, ApprovalRequest } from './approval.ts'
import type { BugReport, BugReportRequest } from './bug-report.ts'
import type { CommandMetadata } from './command.ts'
import type { Diagnostic } from './diagnostic.ts'
import type { HandlerResult } from './handler.ts'
import type { HookEntry } from './hook.ts'
import type { Definition, Origin } from './origin.ts'
import type { PolicyDefinition } from './policy.ts'
import type { ProfileDefinition } from './profile.ts'
import type { ModelInfo } from './provider.ts'
import type { AskPerson } from './question.ts'
import type { RecordOptions, ReplayOptions } from './replay.ts'
import type { AgentCandidate } from './router.ts'
import type { PlannedRun, ResumeRequest, RunEvent, RunRequest } from './run.ts'
import type { RunningThread } from './running-thread.ts'
import type { ThreadLibrary } from './thread-library.ts'
import type { ThreadPreview } from './thread-preview.ts'
import type { ExecEvent } from './tool.ts'
import type { UndoableTurn, UndoPreview, UndoRequest } from './undo.ts'

/** A command as it is listed: a Markdown file or a handler. */
export interface CommandEntry extends CommandMetadata {
  /** Without the slash. */
  readonly name: string
  /** A Markdown file or code. */
  readonly type: 'file' | 'handler'
  /** `run`: it gives a run of several agents and no thread. */
  readonly gives?: 'run'
}

/** One contribution, for `codex extensions`. */
export interface ExtensionEntry {
  /** `tools`, `providers`, `agents`, … */
  readonly point: string
  /** Of the contribution. */
  readonly id: string
  /** Package name; for a file, its layer. */
  readonly plugin: string
  /** Of the plugin. */
  readonly version: string
  /** Module or file, relative to the plugin's root. */
  readonly source: string
  /** What this one hides, as `plugin:id`. */
  readonly shadows: readonly string[]
  /** Whether it is used. */
  readonly status: 'active' | 'shadowed' | 'disabled'
  /** Why it is not active. */
  readonly reason?: string
}

/** One value of the configuration and the layer that said it; secrets are redacted. */
export interface ConfigEntry {
  /** Dotted. */
  readonly key: string
  /** What holds. */
  readonly value: unknown
  /** `default`, `user`, `kernel`, `profile`, `project`, `environment`, `override` or `flag`. */
  readonly layer: string
  /** Which file says it, where one does. */
  readonly file?: string
}

/** One check of the installation. */
export interface DoctorCheck {
  /** What was looked at. */
  readonly name: string
  /** How it is. */
  readonly status: 'ok' | 'warning' | 'error'
  /** What was found. */
  readonly detail: string
  /** What to do. */
  readonly fix?: string
}

/** Where the credential of a model provider comes from; never the credential itself. */
export interface CredentialReport {
  /** Id of the provider. */
  readonly provider: string
  /** `none`: the provider asks for no credential, or there is none. */
  readonly source: 'environment' | 'command' | 'config' | 'file' | 'keyring' | 'none'
  /** For people: the variable, file or key of the configuration. */
  readonly detail: string
  /** Why the provider cannot be asked; absent where it can. */
  readonly problem?: string
}

/** What a thread is asked to do. */
export interface ThreadRequest {
  /** Plain text, `/name args` or `@agent text`. */
  readonly input: string
  /** Arguments of the `/name` that `input` is, as the shell split them; absent: `input` is split. */
  readonly argv?: readonly string[]
  /** Named agent; absent: see `route`. */
  readonly agent?: string
  /** Let the router activate an agent. Default true. */
  readonly route?: boolean
  /**
   * As `codex exec`: expand `/name` and `@id` only where they exist, else take the text as it is; begin a new thread where that of `resume` has
   * no such name. Default false: unknown names are errors.
   */
  readonly lenientInput?: boolean
  /** A review is asked of `review_model` where no other model is named for the run. */
  readonly purpose?: 'review'
  /** Files that the prompt is about, absolute or relative to the directory. */
  readonly paths?: readonly string[]
  /** Images, absolute paths. */
  readonly images?: readonly string[]
  /** Run the agent's playbook, with no model. */
  readonly playbook?: boolean
  /** JSON Schema that the last message has to fit. */
  readonly outputSchema?: Readonly<Record<string, unknown>>
  /** Keep no rollout. Default false. */
  readonly ephemeral?: boolean
  /** Thread to go on with: its id, or `last` for the newest of this directory. */
  readonly resume?: string
  /** Let `last` mean the newest of any directory. Default false. */
  readonly resumeAnywhere?: boolean
  /** `--var` values, and the selection (`FILE:A-B` or a text that came in by a pipe). */
  readonly vars?: Readonly<Record<string, string>>
  /** What is selected: a place in a file, or a text. */
  readonly selection?:
    | { readonly type: 'location'; readonly location: string }
    | { readonly type: 'text'; readonly text: string }
  /** Reads the selection from a pipe; called only where a command's template asks for it. */
  readonly readSelection?: () => Promise<string>
  /** Asks the person; absent: nobody is there, and what would be asked is denied. */
  readonly approve?: (request: ApprovalRequest, signal: AbortSignal) => Promise<ApprovalAnswer>
  /** Asks the person what an agent or a tool wants to know; absent: nobody is there. */
  readonly ask?: AskPerson
  /** Writes down all that the thread gets from outside, so that it can run again. Absent: nothing is recorded. */
  readonly record?: RecordOptions
  /** Runs a recorded thread again: what it was asked is taken from the recording. Not with `record`. */
  readonly replay?: ReplayOptions
}

/** What a command becomes. */
export interface ExpandedInput {
  /** The prompt that would be sent. */
  readonly text: string
  /** Name of the command, where there was one. */
  readonly command?: string
  /** Agent that takes it, where one is named. */
  readonly agent?: string
  /** What was left out or cut, for people. */
  readonly notes: readonly string[]
}

/** How a long-running interface follows changes. */
export interface WatchOptions {
  /** Watch even where `commands.auto_reload` is false. Default false. */
  readonly always?: boolean
  /** For authors: lint the files that change, and import the modules of linked plugins at once. Default false: at their first use. */
  readonly check?: boolean
}

/** One thing that is not as it was. */
export interface ReloadChange {
  /**
   * `broken`: the file did not load. `mended`: it loads again. `unchanged`: it was written and holds the same as before.
   */
  readonly change: 'added' | 'changed' | 'removed' | 'broken' | 'mended' | 'unchanged'
  /** `command`, `agent`, `profile`, `policy`, `hooks`, a plugin's kind; `configuration`, `plugin`, `module`. */
  readonly kind: string
  /** Of the definition; key of the configuration; name of the plugin; point and id of a module's contribution. Of a broken file, its name. */
  readonly id: string
  /** Absolute path. */
  readonly file?: string
  /** Of a definition. */
  readonly origin?: Origin
  /** What it hides now, highest first. */
  readonly shadows: readonly Origin[]
  /** What hides it. */
  readonly hiddenBy?: Origin
  /** Of one that was removed: what has its name now. */
  readonly uncovers?: Origin
  /** What is wrong with the file. A diagnostic with `lastGood` says that the version before counts. */
  readonly problems: readonly Diagnostic[]
}

/** What a reload did, after it: the client answers from the new state already. */
export interface ReloadReport {
  /** `started`: the first report, of the state as watching begins. */
  readonly type: 'started' | 'reloaded'
  /** What is watched, absolute paths; none where `commands.auto_reload` is false. */
  readonly watched: readonly string[]
  /** What came of the batch. */
  readonly changes: readonly ReloadChange[]
  /** All that is wrong now. */
  readonly standing: readonly Diagnostic[]
  /** Milliseconds from the batch of changes to the new state. */
  readonly durationMs: number
}

/** What the router says of a prompt. */
export interface PromptRouting {
  /** Id of the agent that would take it; null: the default one would. */
  readonly activated: string | null
  /** Best first. */
  readonly candidates: readonly AgentCandidate[]
}

/** Which models are listed. */
export interface ModelQuery {
  /** Id of a provider. Absent: the configured one. */
  readonly provider?: string
  /** Ask its server, whatever the age of its last answer. Default false. */
  readonly refresh?: boolean
  /** Do not ask its server, however old its last answer is. Default false. */
  readonly offline?: boolean
}

/** The models of one provider. */
export interface ModelCatalogue {
  /** Its id. */
  readonly provider: string
  /** `server`: as its server listed them now; `cache`: as it did at `fetchedAt`; `built-in`: as the provider knows them by itself. */
  readonly source: 'server' | 'cache' | 'built-in'
  /** When the server was asked, as ISO 8601 in UTC. */
  readonly fetchedAt?: string
  /** Why the server could not be asked. */
  readonly problem?: string
  /** With all that is known of each. */
  readonly models: readonly ModelInfo[]
}

/** A command that a person runs as a thread would. */
export interface ConfinedRequest {
  /** Shell text. */
  readonly script: string
  /** Absent: nothing to read. */
  readonly stdin?: string
  /** Absolute paths of files whose rules alone say what may run: what none of them allows is denied. Absent: the policies in force. */
  readonly rules?: readonly string[]
  /** `host`, `*.host` or `host:port`: reached besides what the user's own profile allows, this once. Absent: none. */
  readonly allowHosts?: readonly string[]
  /** Told of each host that the command was refused while it ran, once. */
  denied?(decision: Decision): void
}

/** How a thread is copied. */
export interface ForkOptions {
  /** `last` means the newest of any directory. Default false. */
  readonly anywhere?: boolean
  /** The copy ends with this turn: its number, from 1, its id, or the beginning of it. Absent: with the last one. */
  readonly at?: string
  /** Is told what a person should know of the choice: that other threads have the same name. */
  readonly notice?: (message: string) => void
}

/** The running program, as handlers, CLI commands and interfaces see it. Everything is loaded when it is first asked for. */
export interface KernelClient {
  /** Of the program. */
  readonly version: string
  /** Absolute, real path. */
  readonly cwd: string
  /** Absolute, real path of the repository, or of `cwd`. */
  readonly workspaceRoot: string
  /** Absolute path of CODEX_HOME. */
  readonly codexHome: string
  /** Id of the security profile that threads run under. @throws CodexError `usage.unknown_definition`, `definition.invalid` */
  securityProfile(): Promise<string>
  /** Where the credential of a provider comes from; absent: of the configured one. No command is run for it. */
  credential(signal: AbortSignal, provider?: string): Promise<CredentialReport>
  /** Takes the credentials that are known by now out of a text, as threads do with all that they say. */
  redact(text: string): string
  /** Whether the user trusts this workspace's own files. */
  readonly trust: 'trusted' | 'untrusted'
  /** Whether `cwd` lies in a git repository. */
  readonly isRepository: boolean
  /** What was found wrong so far: configuration, plugins, definitions. */
  diagnostics(): Promise<readonly Diagnostic[]>
  /** All commands, files and handlers. */
  commands(): Promise<readonly Definition<CommandEntry>[]>
  /** One command by its name, without the slash. @throws CodexError `usage.unknown_command` with the nearest names, `definition.invalid` */
  command(name: string): Promise<Definition<CommandEntry>>
  /** All agents; none where agents are turned off. */
  agents(): Promise<readonly Definition<AgentDefinition>[]>
  /** One agent by its id or alias. @throws CodexError `usage.unknown_agent` with the nearest names, `agents.disabled`, `definition.invalid` */
  agent(id: string): Promise<Definition<AgentDefinition>>
  /** All security profiles. */
  profiles(): Promise<readonly Definition<ProfileDefinition>[]>
  /** All exec policies. */
  policies(): Promise<readonly Definition<PolicyDefinition>[]>
  /** The hooks in force, in the order in which they run. What is wrong with others is among the diagnostics. */
  hooks(): Promise<readonly HookEntry[]>
  /** Definitions of a kind that a plugin brought. */
  definitions(kind: string): Promise<readonly Definition<unknown>[]>
  /** All contributions, also those that are hidden or off. */
  extensions(): Promise<readonly ExtensionEntry[]>
  /** What has this id, or `POINT/ID`: several where points share an id. @throws CodexError `usage.unknown_definition` with the nearest names */
  extension(id: string): Promise<readonly ExtensionEntry[]>
  /** Every value of the configuration. */
  config(): Promise<readonly ConfigEntry[]>
  /** The models of a provider. @throws CodexError `provider.unknown`; with `refresh` other `provider.*` too */
  models(query: ModelQuery, signal: AbortSignal): Promise<ModelCatalogue>
  /** The kept threads. */
  threads(): Promise<ThreadLibrary>
  /** The turns of this workspace that wrote, oldest first. */
  undoableTurns(): Promise<readonly UndoableTurn[]>
  /** Puts files back; undefined where it was not agreed to. @throws CodexError `undo.nothing`, `permission.denied`, `tool.failed` */
  undo(request: UndoRequest, signal: AbortSignal): Promise<UndoPreview | undefined>
  /** Checks the installation; `online` also asks the configured model. */
  doctor(signal: AbortSignal, options?: { readonly online?: boolean }): Promise<readonly DoctorCheck[]>
  /** Gathers what helps to understand a fault, secrets taken out; nothing is sent. @throws CodexError `thread.not_found`, `thread.ambiguous` */
  bugReport(request: BugReportRequest, signal: AbortSignal): Promise<BugReport>
  /** Scores the agents for a prompt, best first. */
  route(prompt: string): Promise<readonly AgentCandidate[]>
  /** Which agent a prompt would activate, beside the scores of all. Runs nothing. */
  routePrompt(prompt: string, signal: AbortSignal): Promise<PromptRouting>
  /** Expands a command and runs nothing. @throws CodexError `usage.unknown_command`, `command.*` */
  expand(
    request: Pick<ThreadRequest, 'input' | 'argv' | 'vars' | 'selection' | 'readSelection'>,
    signal: AbortSignal,
  ): Promise<ExpandedInput>
  /** Runs a handler command. @throws CodexError `usage.unknown_command`, `command.arguments`; what the handler throws */
  handle(name: string, argv: readonly string[], signal: AbortSignal): Promise<HandlerResult>
  /** Runs one shell script as a thread's commands run: gate, exec policy, sandbox, audit. @throws CodexError `permission.denied` before it starts, `sandbox.*` */
  exec(request: ConfinedRequest, signal: AbortSignal): AsyncIterable<ExecEvent>
  /** What `run` would send first. Nothing is sent and no thread is kept. @throws CodexError as `run` does before a thread has begun */
  preview(request: ThreadRequest, signal: AbortSignal): Promise<ThreadPreview>
  /**
   * Runs a turn, and one for each message that is queued meanwhile. Nothing happens before the stream is read; the signal interrupts.
   * Handler commands are run by `handle`. @throws CodexError before the thread has begun; afterwards `turn.failed` says it
   */
  run(request: ThreadRequest, signal: AbortSignal): RunningThread
  /**
   * Carries out a plan: each task is a thread of its agent. Nothing happens before the stream is read; its last event says all that came of it,
   * also where the signal stopped it. Each change is kept before it is shown, so that a run that was stopped or killed can be gone on with.
   * @throws CodexError `usage.*`, `agents.disabled`, `run.*` before the first event; `run.unwritable`; where the plan cannot be made, `run.nobody`, `run.unplanned`, `run.plan_invalid`
   */
  orchestrate(request: RunRequest | ResumeRequest, signal: AbortSignal): AsyncIterable<RunEvent>
  /**
   * Makes the plan that `orchestrate` would carry out, and begins none of its tasks. Where a model makes plans, it is asked.
   *
   * @throws CodexError as `orchestrate`
   */
  planRun(request: RunRequest, signal: AbortSignal): Promise<PlannedRun>
  /**
   * Makes a thread that begins with the history of another one, and asks no model: gives its id, to be resumed by.
   *
   * @param id of the other one, or `last` for the newest of this directory
   * @throws CodexError `thread.not_found`, `thread.no_such_turn`, `rollout.*`
   */
  fork(id: string, options?: ForkOptions): Promise<string>
  /**
   * Follows changes of files while the program runs: after each report this client answers from the new state, and a thread that is
   * running keeps the one that it began with. Ends with the signal, or after the first report where `commands.auto_reload` is false.
   * At most one reader at a time.
   */
  watch(options: WatchOptions, signal: AbortSignal): AsyncIterable<ReloadReport>
}
