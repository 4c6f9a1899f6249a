import type { Diagnostic, Locate } from './diagnostic.ts'

/** One file of the kind. */
export interface DefinitionFile {
  /** Absolute path. */
  readonly file: string
  /** UTF-8, without BOM, line ends as they are. */
  readonly text: string
  /** What the text holds, for a kind whose syntax is TOML. */
  readonly toml?: ReadToml
}

/** A text of TOML as it was read. */
export interface ReadToml {
  /** Plain objects, arrays, texts, numbers and booleans; dates are texts. */
  readonly value: Readonly<Record<string, unknown>>
  /** Where a field stands; of one that is not there, the nearest table around it. */
  readonly locate: Locate
}

/** A name in a definition that something else has to have. */
export interface DefinitionReference {
  /** What has to have it. */
  readonly kind: 'agent'
  /** An id or alias. */
  readonly name: string
  /** Where it stands, such as `['tasks', 0, 'agent']`. */
  readonly path: readonly (string | number)[]
  /** Absent: an error. */
  readonly severity?: 'error' | 'warning'
}

/** What a file gives: a value under an id, or what is wrong with it. */
export type ParsedDefinition<T> =
  | { readonly id: string; readonly value: T; readonly diagnostics?: readonly Diagnostic[] }
  | { readonly id?: undefined; readonly diagnostics: readonly Diagnostic[] }

/** A kind of file that a plugin brings. Where its files lie is said by the manifest. */
export interface DefinitionKind<T = unknown> {
  /** As the manifest says it; `ctx.definitions` asks by it. */
  readonly id: string
  /**
   * Says that values are plain JSON that comes from the text of the file alone, so that they are kept between runs, and
   * names the schema and the parser: to be changed with either. Absent: every file is parsed in every run.
   */
  readonly cacheVersion?: string
  /** The program reads the files as TOML and hands that to `parse`; what is none is a diagnostic. Absent: `parse` gets the text alone. */
  readonly syntax?: 'toml'
  /** Checks one file. May give several definitions (a file of rules). Never throws for bad input: it gives diagnostics. */
  parse(file: DefinitionFile): readonly ParsedDefinition<T>[]
  /** What else can be said about a file that `parse` takes, where finding it out takes longer than loading may. `codex lint` asks. */
  lint?(file: DefinitionFile): Promise<readonly Diagnostic[]>
  /** The names in a value that something else has to have: `codex lint` says which of them nothing has, and which are near. */
  references?(value: T): readonly DefinitionReference[]
}

/** Types a kind of definition. */
export function defineDefinitionKind<T>(kind: DefinitionKind<T>): DefinitionKind<T> {
  return kind
}
