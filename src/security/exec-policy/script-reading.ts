import type { CommandWords } from '../permissions/command-prefix.ts'
import type { ShellWord } from './shell-word.ts'

/** One simple command that a script may run. */
export interface SimpleCommand extends CommandWords {
  readonly words: readonly ShellWord[]
  /** True for a wrapper (`env`, `timeout`, `bash -c`) whose inner command stands in the list too: it needs no allowance of its own. */
  readonly transparent: boolean
  /** Why its words alone do not say what it does: `find -delete`, `git -c`. An allow rule is then not enough. */
  readonly hidden?: string
  /** True where it runs code that is not seen here, or where nobody said what it does: it could start anything. */
  readonly opaque: boolean
  /** It runs in a container, if at all. */
  readonly contained?: true
  /** Files that it would read and write by itself or by its redirections, as written (quotes off). */
  readonly reads: readonly string[]
  readonly writes: readonly string[]
  /** Those that it writes under names that are not known before it runs, as written, quotes and all. */
  readonly unknownWrites: readonly string[]
}

/** What a script would do, as far as its text tells. */
export interface ScriptReading {
  /** The directory that it starts in. Absent: any working tree. */
  readonly startsIn?: string
  readonly commands: readonly SimpleCommand[]
  /** Files that redirections and `tee` write, and that redirections read, as written (quotes off). */
  readonly writes: readonly string[]
  readonly reads: readonly string[]
  /** Files that redirections write under names that are not known before it runs, as written. */
  readonly unknownWrites: readonly string[]
  /** Why more may run than the commands say, or something else under their names. */
  readonly unsure: readonly string[]
  /** Why files may be written that `writes` does not have. */
  readonly unknownFiles: readonly string[]
  /** True where a relative name may not be relative to where the script starts. */
  readonly changesDirectory: boolean
  /** True where that is by more than a `cd` to a directory that is known. */
  readonly movesUnseen: boolean
}

/** Whether its words alone say what a script does: nothing runs under another name, and no option hides a program. */
export function saysAll({ commands, unsure }: ScriptReading): boolean {
  return unsure.length === 0 && commands.every(({ hidden }) => hidden === undefined)
}
