import type { OriginLayer } from '../plugin-api/index.ts'

/** A directory to look for definition files in, and whose they are. */
export interface DefinitionSource {
  readonly layer: OriginLayer
  /** Package name, for the layer `plugin`. */
  readonly plugin?: string
  /** False only for a repository that the user has not trusted. */
  readonly trusted: boolean
  /** Absolute path; a missing directory holds nothing. */
  readonly directory: string
  /** Directory that `directory` of an untrusted source must not be a link out of; links in it never lead out of itself. Absent: it may lead anywhere. */
  readonly boundary?: string
  /**
   * Directory of a trusted repository that no command writes, a real path. What a link puts into `directory` from elsewhere could be changed by
   * one, and counts as it was confirmed. Absent: everything counts.
   */
  readonly heldWithin?: string
  /** Whether a file that lies elsewhere has the text that the user confirmed. Absent: each is taken. */
  readonly confirmed?: () => Promise<(file: string, text: string) => boolean>
  /** Relative to `directory`, with `/`, such as `*.md` or `commands/*.md`. */
  readonly glob: string
}
