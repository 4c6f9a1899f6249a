import type { Gate } from '../../security/gate.ts'
import type { ActionScope } from '../../tools/context/gated-action.ts'

/** Read-only git, as `sandbox/git-read.ts` runs it. `missing`: git is not installed. */
export type GitRead = (
  args: readonly string[],
  options: { readonly cwd: string; readonly maxBytes: number },
  signal: AbortSignal,
) => Promise<{
  readonly exitCode: number
  readonly stdout: string
  readonly truncated: boolean
  readonly missing?: boolean
}>

/** What of the surroundings goes into a prompt at most. */
export interface ContextLimits {
  /** Bytes of `context.git_diff`. */
  readonly gitDiffBytes: number
  /** Bytes of one `file_content` and of `selection`. */
  readonly fileBytes: number
  /** Files that one prompt takes in with `file_content`. */
  readonly fileContents: number
  /** Entries of `context.files`. */
  readonly files: number
}

export const contextLimits: ContextLimits = {
  gitDiffBytes: 64 * 1024,
  fileBytes: 64 * 1024,
  fileContents: 50,
  files: 2000,
}

/** What gathering needs. Everything that it reads passes the gate. */
export interface ContextDeps {
  readonly gate: Gate
  readonly actions: ActionScope
  /** Real paths. */
  readonly workspaceRoot: string
  readonly cwd: string
  readonly git: GitRead
  readonly limits: ContextLimits
  /** Told what is missing or cut. */
  note(text: string): void
  readonly signal: AbortSignal
}
