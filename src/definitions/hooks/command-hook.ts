import type { Diagnostic } from '../../plugin-api/diagnostic.ts'
import type { HookEvent } from '../../plugin-api/hook.ts'

/** A program that a file names as a hook. */
export interface CommandHook {
  readonly event: HookEvent
  /** As it is written. Absent: it is asked about everything. */
  readonly matcher?: string
  /** Script for the user's shell. */
  readonly command: string
  readonly timeoutMs: number
  readonly profile?: string
  /** Where the profile is named. Absent: not known. */
  readonly profileAt?: { readonly line: number; readonly column: number }
  readonly writable: readonly string[]
  readonly network: readonly string[]
  /** Whose file it is: one of a repository opens nothing. */
  readonly layer: 'user' | 'project'
  /** Absolute path; `-c` for what the command line says. */
  readonly file: string
  readonly line?: number
}

/** What a text of hooks says. */
export interface ReadHooks {
  readonly hooks: readonly CommandHook[]
  /** An error: something that may forbid cannot be run. A warning: something that only listens. */
  readonly diagnostics: readonly Diagnostic[]
}
