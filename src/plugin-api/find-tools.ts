/** How tools are searched for. */
export interface FindToolsOptions {
  /** How many are found at most. Default 8. */
  readonly limit?: number
}

/** Tools that a model may call from now on. */
export interface FoundTools {
  /** The best match first. */
  readonly tools: readonly { readonly name: string; readonly description: string }[]
  /** Names of all that are not shown from the beginning, those that were found before among them. */
  readonly waiting: readonly string[]
}
