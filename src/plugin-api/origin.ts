/** Where a definition or contribution came from. Layers stand from lowest to highest; a higher one shadows a lower. */
export const originLayers = ['builtin', 'plugin', 'user', 'project'] as const
/** One of the layers. */
export type OriginLayer = (typeof originLayers)[number]

/** Where something came from. */
export interface Origin {
  /** Who brought it. */
  readonly layer: OriginLayer
  /** Absolute path of the file; for a contribution, of the manifest. */
  readonly file: string
  /** Package name of the plugin that brings it. */
  readonly plugin?: string
  /** False only for a file of a repository that the user has not trusted. */
  readonly trusted: boolean
}

/** A checked file and where it came from. */
export interface Definition<T> {
  /** Kind of file: `command`, `agent`, `profile`, `policy`, or a kind that a plugin brings. */
  readonly kind: string
  /** What it is called by. Of an untrusted repository: `project:NAME`. */
  readonly id: string
  /** What the file says, checked. */
  readonly value: T
  /** Where it came from. */
  readonly origin: Origin
  /** The definitions of the same id that this one hides, highest first. */
  readonly shadows: readonly Origin[]
}
