import type { Diagnostic } from './diagnostic.ts'

/** One file of the kind. */
export interface DefinitionFile {
  /** Absolute path. */
  readonly file: string
  /** UTF-8, without BOM, line ends as they are. */
  readonly text: string
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
  /** Checks one file. May give several definitions (a file of rules). Never throws for bad input: it gives diagnostics. */
  parse(file: DefinitionFile): readonly ParsedDefinition<T>[]
  /** What else can be said about a file that `parse` takes, where finding it out takes longer than loading may. `codex lint` asks. */
  lint?(file: DefinitionFile): Promise<readonly Diagnostic[]>
}

/** Types a kind of definition. */
export function defineDefinitionKind<T>(kind: DefinitionKind<T>): DefinitionKind<T> {
  return kind
}
