/** What one kind of credential looks like. */
export interface SecretShape {
  /** Id of the finding that tells of it. */
  readonly rule: string
  /** What it is, as a noun phrase. */
  readonly title: string
  /** Texts that it begins with; public, so that they may be shown. */
  readonly prefixes: readonly string[]
  /**
   * Sticky, from the beginning of the prefix. No run may be unbounded but the last part of the pattern: what fails after
   * a long run is tried again at the next prefix, and takes the square of a text's length.
   */
  readonly pattern: RegExp
}
