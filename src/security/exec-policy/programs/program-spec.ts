/**
 * What the value of an option, or the option itself, means.
 *
 * - `plain`: nothing that matters here (a number, a pattern, a colour)
 * - `reads`, `writes`: a file; `moves`: a directory that relative names start from then
 * - `shell`: text that a shell runs, or words of a program; `command`: all words up to `;` or `+` are a command
 * - `code`: runs what cannot be read here; `effect`: changes something that no file name shows
 * - `inert`: the program only says something about itself, and does nothing else
 */
export const optionKinds = ['shell', 'command', 'code', 'effect', 'writes', 'moves', 'reads', 'inert', 'plain'] as const
export type OptionKind = (typeof optionKinds)[number]

/**
 * - `text`: nothing that matters here; `effect`: changes something that no file name shows; `maybe`: a word that may stand before the command, or be it
 * - `command`: this word and all behind it are a command; `shell`: they are the text of one
 * - `script`: a file of shell commands, and all behind it its arguments
 * - `copy`: all but the last are read and the last is written; `move`: all are written
 */
export type OperandKind =
  | 'text'
  | 'effect'
  | 'maybe'
  | 'reads'
  | 'writes'
  | 'command'
  | 'shell'
  | 'script'
  | 'copy'
  | 'move'

/** How the words of a program are read. */
export interface ProgramSpec {
  /**
   * Names of options as they are written, apart by blanks: `-a` stands alone, `-o=` takes a value (`-o x`, `-ox`), `--color=?` only
   * takes one that is written to it.
   */
  readonly options?: Partial<Readonly<Record<OptionKind, string>>>
  /** By place; the last holds for all that follow. Absent: text. */
  readonly operands?: readonly OperandKind[]
  /** What an option is that is not listed. Absent: `plain`. `unknown`: behind it everything could be a command. */
  readonly unlisted?: 'plain' | 'effect' | 'unknown'
  /** `whole`: letters behind one dash are one name (`find`), and names are not shortened. `exact`: only the latter. Absent: as getopt_long(3) reads them. */
  readonly style?: 'getopt' | 'whole' | 'exact'
  /** `NAME=value` before the command sets a variable. */
  readonly assigns?: boolean
  /** It adds nothing to the command that it runs, and needs no allowance of its own. */
  readonly transparent?: boolean
  /** Words from elsewhere stand behind those of the command. */
  readonly appends?: boolean
  /** It runs code that cannot be read here. */
  readonly opaque?: boolean
  /** Its words are code, or say what code it runs: its first words alone say nothing, and no rule of them is proposed. */
  readonly given?: boolean
  /** Why each rest of its words may be the command that it runs: its lines have no one form, or what they start runs later or as someone else. */
  readonly anywhere?: string
  /**
   * It hands its words to another machine, terminal or container: who allows it means them too, and a denial holds for each rest of them. Of a command in a
   * container that is not known, the built-in policy asks nothing.
   */
  readonly elsewhere?: true | 'container'
  /** Of such a program, by subcommand: where the program stands that runs elsewhere. Of a subcommand that is not here it may be any word. */
  readonly runsElsewhere?: ProgramSpecs
  /** Why its words alone never say what it does. */
  readonly effect?: string
  /** By the first operand, which is no option's value; the words behind it are read by its spec. */
  readonly subcommands?: ProgramSpecs
  /** Where it makes files whose names its words do not say. */
  readonly fills?: FilledDirectory
  /** Options that mean the same, apart by blanks, groups apart by `|`. A rule about one is about all. */
  readonly same?: string
  /**
   * Beginnings of its words that mean the same, apart by `, `, groups apart by ` | `: `push, image push | rm, remove`. A rule that
   * begins with one is about all; `*` stands for any one word.
   */
  readonly synonyms?: string
  /** What may stand before the subcommand and says only where or how often: `workspace *`. Written as `synonyms` are, one group. */
  readonly leading?: string
  /** How a subcommand may be shortened: to a beginning of its name, or to beginnings of the parts of it (`aP` is `apiPublish`). */
  readonly shortens?: 'beginning' | 'parts'
  /** Names of its subcommands that `synonyms` does not have, where they may be shortened: such a name is no short form. */
  readonly names?: string
  /** Each operand is a task of its own, in any order: by its `whole` name, or with `parts` around it (`:app:release`, `core/publish`). */
  readonly tasks?: 'whole' | 'parts'
  /** A subcommand that may be left out before what is none: `yarn deploy` is `yarn run deploy`. */
  readonly implied?: string
  /** By subcommands: options with which they only say what they would do. */
  readonly triesWith?: Readonly<Record<string, string>>
  /** Names may stand for more than one thing, apart by commas, and with the one of them behind a slash: `pods,svc`, `pod/x`. */
  readonly lists?: boolean
}

/** A directory that a program fills: that of the last of its options `into`, or where it runs. Names stand apart by blanks. */
export interface FilledDirectory {
  readonly into: string
  /** Only with one of these. Absent: always. */
  readonly when?: string
  /** With one of these the files that its other options name are read and not written. */
  readonly reads?: string
  /** Not with one of these. */
  readonly unless?: string
}

/** Specs by the name of the program. Several names of one spec stand apart by blanks. */
export type ProgramSpecs = Readonly<Record<string, ProgramSpec>>
