import type { z } from 'zod'
import type { Opening } from './action.ts'
import type { GatedAgents } from './agent-tree.ts'
import type { GatedCommands } from './command-session.ts'
import type { FindToolsOptions, FoundTools } from './find-tools.ts'
import type { Finding } from './finding.ts'
import type { GatedFs } from './gated-fs.ts'
import type { ImagePart } from './history.ts'
import type { Definition } from './origin.ts'
import type { PermissionAnswer, PermissionsRequest, QuestionAnswer, QuestionRequest } from './question.ts'
import type { ThreadItemBody } from './thread-item.ts'
import type { TraceContext } from './trace.ts'

/** What a tool may do to the world; a tool without effects only thinks. */
export type ToolEffect = 'read' | 'write' | 'exec' | 'network' | 'delegate'

/** What a call gives back. */
export interface ToolOutput {
  /** For the model. Cut to the output limit by the dispatcher, which says so, and keeps all of it in a file that the thread may read. */
  readonly text: string
  /** What the model wants to see of it at most, where that is less than the output limit: tokens, of four bytes each. */
  readonly maxTokens?: number
  /** A file that holds all of it already. */
  readonly outputFile?: string
  /** For a model that sees, behind the text. What is too much altogether is left out, and the text says so. */
  readonly images?: readonly ImagePart[]
  /** The same as data, for playbooks; never sent to a model. */
  readonly structured?: unknown
  /** One line for people, shown on the `tool_call` item. */
  readonly summary?: string
  /** True where the call did not do what was asked. Default false. */
  readonly failed?: boolean
}

/** What a call says while it runs. */
export type ToolEvent =
  /** An item of the tool's own; `key` (default: the call) tells one item of the call from another, `turn:NAME` one of the turn, `open:NAME` one that may outlast both. */
  | { readonly type: 'item'; readonly key?: string; readonly done: boolean; readonly item: ThreadItemBody }
  | { readonly type: 'finding'; readonly finding: Finding }
  /** Text that comes in for an item. */
  | { readonly type: 'output'; readonly key?: string; readonly delta: string }

/** A result, or a stream of events that ends in one. */
export type ToolRun = Promise<ToolOutput> | AsyncGenerator<ToolEvent, ToolOutput>

/** A group of tools, as a model sees it. */
export interface ToolNamespace {
  /** What calls of its tools carry beside their names. */
  readonly name: string
  /** For the model: what its tools are for. */
  readonly description: string
}

/** Arguments of a call that only models of one provider can read. */
export interface SealedArguments {
  /** Their names. */
  readonly names: readonly string[]
  /** Id of the provider. */
  readonly provider: string
}

/** zod, as its module gives it. */
export type Zod = typeof z

interface ToolCommon {
  /** The id, as the model calls it. */
  readonly name: string
  /** What the model calls it by in its stead, where the id is taken up by the group; as in the manifest. Absent: the id. */
  readonly wireName?: string
  /** The group that it belongs to, the same for all its tools; its name as in the manifest. Absent: none. */
  readonly namespace?: ToolNamespace
  /** Arguments that are for other models alone: where its provider can, it seals them (`ctx.sealed`). Absent: none. */
  readonly sealed?: readonly string[]
  /** For the model: when to use it, and what comes back. */
  readonly description: string
  /** All that it may do; as in the manifest. */
  readonly effects: readonly ToolEffect[]
  /** True where calls of one response may run at the same time. */
  readonly parallel: boolean
  /** What `structured` holds where the call did what was asked, for playbooks and the reference. Absent: not said, or nothing. */
  readonly outputSchema?: z.ZodType
  /** Makes it in its stead, when somebody needs it. */
  makeOutputSchema?(zod: Zod): z.ZodType
  /** `own`: the tool emits its items; `tool_call` (default): the dispatcher shows a `tool_call` item. */
  readonly item?: 'own' | 'tool_call'
  /** True for the one that runs shell commands, see `ToolSpec.localShell`. */
  readonly localShell?: boolean
}

/** A tool that takes JSON. */
export interface FunctionTool<Input extends z.ZodType = z.ZodType> extends ToolCommon {
  /** Schema of the arguments. Fields with `.describe()` are explained to the model. */
  readonly input: Input
  /** Carries out a call. What it throws is told to the model. */
  run(input: z.output<Input>, ctx: ToolContext): ToolRun
}

/** A tool that takes free text in a grammar. */
export interface FreeformTool extends ToolCommon {
  /** What the text looks like. */
  readonly grammar: { readonly syntax: 'lark' | 'regex'; readonly definition: string }
  /** Where the provider knows no freeform tools, the text comes as the string property of this name. Default `input`. */
  readonly inputProperty?: string
  /** Carries out a call. What it throws is told to the model. */
  run(input: string, ctx: ToolContext): ToolRun
}

/**
 * A tool that takes JSON, whose schema is made when somebody needs it. The build describes the tools of the program: a call whose
 * arguments fit the description needs no zod, which takes longer to load than most calls to run.
 */
export interface LazyFunctionTool<Input extends z.ZodType = z.ZodType> extends ToolCommon {
  /** Makes the schema of the arguments, see `FunctionTool.input`. */
  makeInput(zod: Zod): Input
  /** Carries out a call. What it throws is told to the model. */
  run(input: z.output<Input>, ctx: ToolContext): ToolRun
}

/** What a module of the point `tools` exports. */
export type Tool = FunctionTool | LazyFunctionTool | FreeformTool

/** Types a function tool from its schema. */
export function defineTool<Input extends z.ZodType>(tool: FunctionTool<Input>): FunctionTool<Input> {
  return tool
}

/** Types a function tool whose schema is made when it is needed. */
export function defineLazyTool<Input extends z.ZodType>(tool: LazyFunctionTool<Input>): LazyFunctionTool<Input> {
  return tool
}

/** Types a tool that takes free text. */
export function defineFreeformTool(tool: FreeformTool): FreeformTool {
  return tool
}

/** All that a tool can reach. Every method that acts passes the gate and is audited; a refusal is a CodexError `permission.denied`. */
export interface ToolContext {
  /** Absolute, real path; relative paths of the model start here. */
  readonly cwd: string
  /** Absolute, real path of the repository (or of `cwd` where there is none). */
  readonly workspaceRoot: string
  /** True where the user trusts the repository; absent: not. What a file says about itself (suppressions) counts only then. */
  readonly workspaceTrusted?: boolean
  /** The thread that the call belongs to. */
  readonly threadId: string
  /** Its turn. */
  readonly turnId: string
  /** The call itself. */
  readonly callId: string
  /** What the model's provider has sealed of this call: texts that cannot be read here, and are to be handed on as they are. Absent: nothing. */
  readonly sealed?: SealedArguments
  /** Where the call stands in a trace, for what it asks elsewhere; commands get it by themselves. Absent: nowhere. */
  readonly trace?: TraceContext
  /** Files. */
  readonly fs: GatedFs
  /** Runs a command in the sandbox, to its end. */
  exec(request: ExecRequest): AsyncIterable<ExecEvent>
  /** Commands that go on between calls. */
  readonly commands: GatedCommands
  /** `fetch` to hosts that the permissions allow; a redirect to another host is checked as a new request. */
  fetch(url: string, init?: RequestInit): Promise<Response>
  /** Other agents. */
  readonly threads: GatedThreads
  /** Asks the person; `nobody` at once where nobody is there. */
  ask(request: QuestionRequest): Promise<QuestionAnswer>
  /** Finds tools that the model is not shown yet; what is found is shown from its next request on. Absent: none wait. */
  findTools?(query: string, options?: FindToolsOptions): Promise<FoundTools>
  /** Asks for permissions inside the ceiling, one answer for each path and host; what may not even be asked for is refused. */
  requestPermissions(request: PermissionsRequest): Promise<readonly PermissionAnswer[]>
  /** Takes secrets out of a text. */
  redact(text: string): string
  /** Credentials in a text that look as if they worked, in order; what stands for one (examples, templates, sequences) is left out. */
  findSecrets(text: string, options?: FindSecretsOptions): Promise<readonly FoundSecret[]>
  /** Definitions of a kind that a plugin brought, highest layer first. */
  definitions(kind: string): Promise<readonly Definition<unknown>[]>
  /** What this plugin worked out before, kept between runs; absent where nothing may be kept (`--no-cache`). */
  readonly cache?: ToolCache
  /** This plugin's table of the configuration, `[plugins.NAME]`; empty where there is none. */
  readonly settings: Readonly<Record<string, unknown>>
  /** The same table as a repository has it that the user does not trust, and that `settings` leaves out: to be counted, not obeyed. Absent where it is in `settings`. */
  untrustedSettings?(): Promise<Readonly<Record<string, unknown>>>
  /** Shows something while the call runs. */
  emit(event: ToolEvent): void
  /** Aborts when the turn is stopped; hand it on. */
  readonly signal: AbortSignal
}

/** How a text is searched for secrets. */
export interface FindSecretsOptions {
  /** True for configuration files, where values stand without quotes. Default false: in code such a value is an expression. */
  readonly bareValues?: boolean
}

/** A credential in a text. Its value stands in the text alone: show `shown`, and hash nothing that is `guessable`. */
export interface FoundSecret {
  /** What kind it is, such as `secret-github-token`. */
  readonly rule: string
  /** The kind in words: `a GitHub token`. */
  readonly title: string
  /** Where it begins, in UTF-16 units. */
  readonly start: number
  /** Where it has ended. */
  readonly end: number
  /** What may be shown of it: the public part of its beginning, and its length. */
  readonly shown: string
  /** How sure it is that this is a credential. */
  readonly confidence: 'high' | 'medium' | 'low'
  /** True where a person may have thought it out, so that somebody who has a hash of it can try values. */
  readonly guessable: boolean
}

/**
 * Texts under names, in a directory of this plugin's own below `$CODEX_HOME/cache/tools`: no repository supplies them, and
 * those of another build of the plugin do not count. It is only a cache: what is damaged, or cannot be written, is as if
 * it were not there. The oldest of more than a hundred go, and a text of more than 32 MiB is not kept.
 */
export interface ToolCache {
  /** Undefined where there is none that counts. */
  read(name: string): string | undefined
  /** Replaces the whole text at once: another process reads the old one or the new one. */
  write(name: string, text: string): void
}

/** A command to run. */
export interface ExecRequest {
  /** A shell script; run as `SHELL -c SCRIPT` (`-lc` with `login`). */
  readonly script: string
  /** Default: that of the thread. */
  readonly cwd?: string
  /** Default: the user's login shell. */
  readonly shell?: string
  /** Whether the shell is a login shell. Default false. */
  readonly login?: boolean
  /** Milliseconds; the permissions' limit is the upper bound. */
  readonly timeoutMs?: number
  /** Added to the environment that commands get. */
  readonly env?: Readonly<Record<string, string>>
  /** Absent: nothing to read. */
  readonly stdin?: string
  /** What it needs besides what is allowed: asked for, and then for this command alone. Relative to `cwd`. */
  readonly opens?: readonly Opening[]
  /** Why it needs that, for the person who decides. */
  readonly purpose?: string
}

/** What a command does. */
export type ExecEvent =
  | { readonly type: 'started'; readonly argv: readonly string[] }
  | { readonly type: 'output'; readonly text: string }
  | {
      readonly type: 'exit'
      /** 128 + N where signal N ended it, as a shell says. */
      readonly exitCode: number
      readonly timedOut: boolean
      readonly durationMs: number
      /** Which limit ended it, as a sentence. Absent: none did. */
      readonly limit?: string
      /** stdout and stderr in order of arrival, cut in the middle at 1 MiB. */
      readonly output: string
    }

/** Hands work to other agents. */
export interface GatedThreads {
  /** Runs another agent on a prompt as a thread of its own, with permissions within this one's, and gives its last message and what it found. */
  run(request: {
    readonly agent: string
    readonly prompt: string
    /** What the prompt is about. Absent: the files and folders that its words name. */
    readonly paths?: readonly string[]
    /** True: its playbook is carried out, and no model is asked. Absent: as it is with this thread. */
    readonly playbook?: boolean
    /** Which of its findings are those of this thread too: they are in its stream, and counted. Absent: all. */
    readonly takes?: (finding: Finding) => boolean
  }): Promise<{ readonly threadId: string; readonly text: string; readonly findings: readonly Finding[] }>
  /** Agents that run beside this thread. Absent: none can (a test of a tool alone). */
  readonly agents?: GatedAgents
}
