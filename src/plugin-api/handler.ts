import type { CommandMetadata } from './command.ts'
import type { KernelClient } from './kernel-client.ts'
import type { RunRequest } from './run.ts'

/** Values of the arguments, by name, as their types say; `list` gives an array of strings. */
export type ArgumentValues = Readonly<Record<string, unknown>>

/** What a handler gives: something to print, a thread to go on with, or a run of several agents. */
export type HandlerResult =
  | {
      readonly type: 'output'
      /** For people; ends without a newline. */
      readonly text: string
      /** The same for `--json`. */
      readonly data: unknown
      readonly exitCode?: number
    }
  /** Go on with a thread: of this agent (absent: as for any prompt) on this prompt. */
  | { readonly type: 'thread'; readonly agent?: string; readonly prompt: string; readonly paths?: readonly string[] }
  /** Have several agents work together. Whoever called adds the person who may be asked, and whether a model may be. */
  | { readonly type: 'run'; readonly request: RunRequest }

/** A slash command that code implements. */
export interface Handler {
  /** What a command file says in its front matter; `name` is the id of the manifest. */
  readonly metadata: CommandMetadata & { readonly name: string }
  /** `run`: it gives a run of several agents, which `codex exec` refuses, since that writes the stream of one thread. Absent: something else. */
  readonly gives?: 'run'
  /** Runs the command. What it throws ends the program with its message. */
  run(args: ArgumentValues, client: KernelClient, signal: AbortSignal): Promise<HandlerResult>
}

/** Types a handler; metadata that is left out is filled in. */
export function defineHandler(
  handler: Omit<Handler, 'metadata'> & { readonly metadata: Partial<CommandMetadata> & { readonly name: string } },
): Handler {
  return { ...handler, metadata: { description: '', args: [], ...handler.metadata } }
}
