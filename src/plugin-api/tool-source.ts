import type { QuestionAnswer, QuestionRequest } from './question.ts'
import type { ThreadItemBody } from './thread-item.ts'
import type { ToolContext, ToolRun } from './tool.ts'

/** A tool that is known once its source is open. Models see it as `SOURCE__GROUP__NAME`, with what a name may not hold replaced. */
export interface SourceTool {
  /** As its source calls it. */
  readonly name: string
  /** What it belongs to, such as a server. Absent: to the source itself. */
  readonly group?: string
  /** For the model: when to use it, and what comes back. */
  readonly description: string
  /** JSON Schema of its arguments, an object; a call that does not fit is told to the model and does not reach the tool. */
  readonly inputSchema: Readonly<Record<string, unknown>>
  /** True where calls of one response may run at the same time. */
  readonly parallel: boolean
  /** Why a person has to agree to each call. Absent: nobody is asked. */
  readonly approval?: SourceApproval
  /** `own`: the tool emits its items; `tool_call` (default): the dispatcher shows a `tool_call` item. */
  readonly item?: 'own' | 'tool_call'
  /** The item of a call that was refused, of a tool with items of its own; shown beside the `denial`. */
  refusedItem?(input: unknown, reason: string): ThreadItemBody
  /** Carries out a call whose arguments fit. What it throws is told to the model. */
  run(input: unknown, ctx: ToolContext): ToolRun
}

/** Why a call has to be agreed to. */
export interface SourceApproval {
  /** For the person, and for the decision. */
  readonly reason: string
  /** What the decision says where the approval policy is `never`. Absent: `reason`, and that nobody can be asked. */
  readonly whenNever?: string
  /** How it need not be asked for. */
  readonly hint?: string
}

/** Something of a source that is not there, or not as it was asked for: told to the person and to the model, and the rest goes on. */
export interface SourceProblem {
  /** What, and why. */
  readonly message: string
  /** What can be done. */
  readonly hint?: string
}

/** What the configuration names a tool of a source for: it takes the place of the built-in tool of that capability. */
export interface SourceCapability {
  /** Such as `code_search`. */
  readonly capability: string
  /** What the tool belongs to. Absent: the source itself. */
  readonly group?: string
  /** As its source calls it; it need not be there. */
  readonly tool: string
  /** What the tool calls the arguments of the built-in one; others are not sent. Absent: the same, all of them. */
  readonly arguments?: Readonly<Record<string, string>>
}

/** A prompt that a source keeps: called as the command `/SOURCE__GROUP__NAME`. */
export interface SourcePrompt {
  /** As its source calls it. */
  readonly name: string
  /** What it belongs to. Absent: to the source itself. */
  readonly group?: string
  /** One line for lists. */
  readonly description: string
  /** In the order in which words go to them. */
  readonly arguments: readonly { readonly name: string; readonly description: string; readonly required: boolean }[]
  /** What is sent to the model. */
  expand(values: Readonly<Record<string, string>>, signal: AbortSignal): Promise<string>
}

/** A source while a thread uses it. */
export interface OpenToolSource {
  /** As they are now; asked before each request of a model, so that a source whose tools change answers with others. */
  tools(): readonly SourceTool[]
  /** The prompts that it has now; asked where a person calls one. Absent: it has none. */
  prompts?(signal: AbortSignal): Promise<readonly SourcePrompt[]>
  /** What the person's own configuration names its tools for, those that are not there too. Absent: nothing. */
  readonly capabilities?: readonly SourceCapability[]
  /** What is to be told before the turn. */
  readonly problems: readonly SourceProblem[]
  /** What a source says of the use of its tools, for the model. */
  readonly instructions?: readonly { readonly group: string; readonly text: string }[]
  /** What has happened since it was last asked: what is gone, what a server logs. Absent: nothing. */
  news?(): readonly SourceProblem[]
  /** Gives all back. Processes that it started are ended after it, with all that they started. */
  close(): Promise<void>
}

/** What a module of the point `toolSources` exports: opens a set of tools for one thread. */
export interface ToolSource {
  /** As the manifest says it; the first part of the names of its tools. */
  readonly id: string
  /** @throws CodexError where the thread must not start without it; the abort reason */
  open(ctx: ToolSourceContext, signal: AbortSignal): Promise<OpenToolSource>
}

/** A program to start for as long as a thread runs. */
export interface ServiceRequest {
  /** Program and arguments; no shell reads them. A bare name is found by PATH. */
  readonly argv: readonly [string, ...string[]]
  /** What it is for, in the audit log: `MCP server files`. */
  readonly name: string
  /** Default: the workspace. */
  readonly cwd?: string
  /** Added to the environment that commands get. */
  readonly env?: Readonly<Record<string, string>>
  /** What the configuration says of how it is held. Absent: to the permissions of the thread, like a command. */
  readonly hold?: ServiceHold
  /** @deprecated Without effect: a program is held unless the user's profile for it says otherwise. See `hold`. */
  readonly sandbox?: boolean
}

/** What the configuration says of how a program is held. */
export interface ServiceHold {
  /** Security profile in place of the permissions of the thread; where it is not the user who says so, besides them. Absent: none. */
  readonly profile?: string
  /** Paths that it may write besides, as in a profile. */
  readonly writable?: readonly string[]
  /** Hosts that it may reach besides, as in a profile: `host`, `*.host`, `host:port`, `*`. */
  readonly network?: readonly string[]
  /** True where the user's own configuration says all of this. False: nothing of it opens anything. */
  readonly isUsers: boolean
}

/** How a program is held while it runs. */
export interface ServiceConfinement {
  /** The profile that holds it. */
  readonly profile: string
  /** True where no sandbox holds it, since its profile says so. */
  readonly isUnheld: boolean
  /** `all`: the machine's; `none`; `some`: named hosts. */
  readonly network: 'all' | 'some' | 'none'
  /** One line for people: `profile offline: writes nothing, no network`. */
  readonly summary: string
}

/** A program that runs. */
export interface Service {
  /** Of the operating system. */
  readonly pid: number
  /** What the operating system holds it to. */
  readonly confinement: ServiceConfinement
  /** Hosts that it asked for and was not given, `host:port`, each once since this was last asked. */
  takeRefusedHosts(): readonly string[]
  /** Writes to its standard input. @throws Error where it reads no more */
  write(text: string): Promise<void>
  /** Ends its standard input. */
  endInput(): void
  /** Its standard output; to be read to the end. */
  readonly output: AsyncIterable<Uint8Array>
  /** The last 4 KiB of its standard error, secrets taken out. */
  errorText(): string
  /** 128 + N where signal N ended it. */
  readonly exited: Promise<number>
  /** Ends it and all that it started: input closed, SIGTERM, then SIGKILL. */
  end(): Promise<void>
}

/** All that a source can reach. */
export interface ToolSourceContext {
  /** The table of the configuration that the manifest names, or `[plugins.NAME]`. */
  readonly settings: Readonly<Record<string, unknown>>
  /** The same without what a repository says, also one that is trusted: what lowers protection is taken from here. */
  readonly userSettings: Readonly<Record<string, unknown>>
  /** The thread. */
  readonly threadId: string
  /** Absolute, real path. */
  readonly cwd: string
  /** Absolute, real path of the repository (or of `cwd` where there is none). */
  readonly workspaceRoot: string
  /** The agent of the thread, and the servers that its file lists. Absent: the default agent. */
  readonly agent?: { readonly id: string; readonly mcpServers: readonly string[] }
  /** True where the profile asks for nothing and holds nothing: the machine is the boundary. */
  readonly isUnguarded: boolean
  /** Whether the permissions leave any tool of a group. One of which none is left need not be opened. */
  isUsable(group: string): boolean
  /** An environment variable; undefined for one whose name stands nowhere in the settings. */
  env(name: string): string | undefined
  /** Starts a program; recorded in the audit log. It ends with the thread. @throws CodexError `sandbox.*` */
  start(request: ServiceRequest, signal: AbortSignal): Promise<Service>
  /** Reaches the origins of addresses that stand in the settings, and no other; follows no redirect; recorded in the audit log. */
  fetch(url: string, init?: RequestInit): Promise<Response>
  /** Asks the person; `nobody` at once where nobody is there. */
  ask(request: QuestionRequest, signal: AbortSignal): Promise<QuestionAnswer>
  /** Takes secrets out of a text. */
  redact(text: string): string
  /** Of the program. */
  readonly version: string
}

/** Types a tool source. */
export function defineToolSource(source: ToolSource): ToolSource {
  return source
}
