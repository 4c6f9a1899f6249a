import type { z } from 'zod'
import type { Handler, HandlerResult } from './handler.ts'
import type { Hook, HookDecision, HookEvent, HookPayloads } from './hook.ts'
import type { KernelClient } from './kernel-client.ts'
import type { AskPerson } from './question.ts'
import type { AgentCandidate, Router, RouterContext } from './router.ts'
import type { ThreadItem } from './thread-item.ts'
import type { FreeformTool, FunctionTool, LazyFunctionTool, ToolOutput } from './tool.ts'

/** What a test begins with. */
export interface TestWorkspaceOptions {
  /** Files of the workspace: text by relative path. Absent: none. */
  readonly files?: Readonly<Record<string, string>>
  /** Files below CODEX_HOME, such as `config.toml`, `profiles/mine.toml` or `agents/mine.toml`. Absent: none. */
  readonly home?: Readonly<Record<string, string>>
  /** Security profile that everything runs under. Default: as in the program, which is `offline` unless `home` says otherwise. */
  readonly profile?: string
  /** Whether the user trusts the workspace's own files. Default false. */
  readonly trusted?: boolean
  /** What a tool sees as `ctx.settings`. Default empty. */
  readonly settings?: Readonly<Record<string, unknown>>
  /** What `ctx.definitions(kind)` gives: values by kind and id. Default none. */
  readonly definitions?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  /** Hooks that every tool call passes, whatever a manifest would match. Default none. */
  readonly hooks?: readonly Hook[]
  /** Answers `ctx.threads.run` with the last message of the agent. Absent: delegating fails. */
  readonly delegate?: (agent: string, prompt: string) => string | Promise<string>
  /** Answers `ctx.ask`. Absent: nobody is there. */
  readonly ask?: AskPerson
  /** Folders of built plugins that are linked in CODEX_HOME, for `kernel`. Default none. */
  readonly plugins?: readonly string[]
  /** Added to a bare environment (PATH, HOME, CODEX_HOME). */
  readonly env?: Readonly<Record<string, string>>
}

/** How a tool call ended, as the program tells the model and people. A refusal is a result, never thrown. */
export interface TestToolResult extends ToolOutput {
  /** True where the call did not do what was asked. */
  readonly failed: boolean
  /** What people are shown, in order: the `tool_call`, findings, a `denial` for each refusal. */
  readonly items: readonly ThreadItem[]
}

/**
 * A temporary workspace and a temporary CODEX_HOME with the program's own gate, exec policy, sandbox and audit log. Nothing of
 * the machine's user is read. Close it, or hold it with `await using`.
 */
export interface TestWorkspace extends AsyncDisposable {
  /** Absolute, real path of the workspace. */
  readonly root: string
  /** Absolute, real path of its CODEX_HOME; the audit log is in `audit/`. */
  readonly codexHome: string
  /** The kernel over both, with the plugins that were linked: runs prompts, commands and agents. */
  readonly kernel: KernelClient
  /** One call as a model makes it: schema check, hooks, gate, run. `input` is what the model sends. */
  runTool<Input extends z.ZodType>(
    tool: FunctionTool<Input>,
    input: z.input<Input>,
    signal?: AbortSignal,
  ): Promise<TestToolResult>
  /** The same for one whose schema is made when it is needed. */
  runTool<Input extends z.ZodType>(
    tool: LazyFunctionTool<Input>,
    input: z.input<Input>,
    signal?: AbortSignal,
  ): Promise<TestToolResult>
  /** The same for a tool that takes free text. */
  runTool(tool: FreeformTool, input: string, signal?: AbortSignal): Promise<TestToolResult>
  /** One hook with ten seconds: one of a deciding event that throws, hangs or answers what is no decision denies. */
  runHook<Event extends HookEvent>(
    hook: Hook<Event>,
    payload: Omit<HookPayloads[Event], 'threadId' | 'cwd'>,
    signal?: AbortSignal,
  ): Promise<HookDecision>
  /** A slash command with the words after its name. @throws CodexError `command.arguments`; what the handler throws */
  runHandler(handler: Handler, argv?: readonly string[], signal?: AbortSignal): Promise<HandlerResult>
  /** Scores the kernel's agents (built in, and those in `home`) for a prompt, best first, as the program takes them. */
  runRouter(router: Router, prompt: string, context?: Partial<RouterContext>): Promise<readonly AgentCandidate[]>
  /** Removes both directories. */
  close(): Promise<void>
}
