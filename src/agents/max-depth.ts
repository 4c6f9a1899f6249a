/** How deep agents hand work on where the configuration sets no `agents.max_depth`. */
const defaultMaxDepth = 3

/** How deep agents hand work on: a thread that a person starts is at depth 0, and one at this depth hands nothing on. */
export function maxDepthOf(agents: { readonly max_depth?: number | undefined }): number {
  return agents.max_depth ?? defaultMaxDepth
}
