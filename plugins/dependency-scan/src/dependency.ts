/** Kinds of packages, each with names of its own. */
export type Ecosystem = 'npm' | 'pypi' | 'cargo' | 'go' | 'maven' | 'docker' | 'workflow'

/** What a person wrote into a manifest. */
export interface Dependency {
  readonly ecosystem: Ecosystem
  readonly name: string
  /** As written: a range, an address, a tag; empty where nothing is said. */
  readonly spec: string
  /** From 1. */
  readonly line: number
}

/** What a lockfile holds for one package. */
export interface LockedPackage {
  readonly name: string
  readonly version: string
  readonly line: number
  /** Where it is fetched from; absent where the lockfile does not say. */
  readonly resolved?: string
  readonly hasIntegrity: boolean
  readonly hasInstallScript?: boolean
}

/** A flaw of a file, before it is a finding: `about` tells it from others of the same rule. */
export interface Flaw {
  readonly rule: RuleId
  readonly line: number
  readonly about: string
  readonly message: string
}

/** Ids of the rules; `rules.ts` says what each means. */
export type RuleId =
  | 'dep-insecure-source'
  | 'dep-mutable-source'
  | 'dep-any-version'
  | 'dep-unpinned'
  | 'dep-missing-integrity'
  | 'dep-other-registry'
  | 'dep-install-script'
  | 'dep-lock-mismatch'
  | 'dep-typo-name'
  | 'dep-confusion'
  | 'dep-unpinned-image'
  | 'dep-unpinned-action'

/** A manifest or lockfile as it was read. */
export interface DependencyFile {
  readonly dependencies: readonly Dependency[]
  readonly locked: readonly LockedPackage[]
  /** What was seen while reading. */
  readonly flaws: readonly Flaw[]
}

/** Number of the first line from `from` on that has a text; 1 where none has. */
export function lineOf(text: string, wanted: string, from = 0): number {
  const at = text.indexOf(wanted, from)
  return at < 0 ? 1 : text.slice(0, at).split('\n').length
}
