import type { Opening } from '../../plugin-api/index.ts'
import type { PermissionAnswer } from '../permissions/decide-in.ts'

/** What one step of the gate says, and in whose name. */
export interface Verdict {
  readonly answer: PermissionAnswer
  readonly layer: string
  readonly rule: string
  readonly reason: string
  readonly file?: string
  readonly line?: number
  /** What the author of the rule says of it. */
  readonly justification?: string
  readonly hint?: string
  /** Who has to answer what is asked: a person, as the rule says; the reviewing agent, under strict review. */
  readonly reviewer?: 'human' | 'agent'
  /** True where a `deny` said no, and not only that no `allow` said yes. */
  readonly isForbidden?: boolean
  /** True where it would have been asked for, had a person not granted it before. */
  readonly isGranted?: boolean
  /** The real path that a command is about here. */
  readonly path?: string
  /** Id of the sandbox backend that a command would run in, or `none`. */
  readonly backend?: string
  /** The words of each simple command in a script, as far as they are known; `…` stands for the rest. */
  readonly argv?: readonly (readonly string[])[]
  /** Real paths that a command is to have besides what the layers allow: those that have to be asked for. */
  readonly opens?: readonly Opening[]
}

const strictness: Readonly<Record<PermissionAnswer, number>> = { allow: 0, ask: 1, deny: 2 }

/** The strictest verdict; of equally strict ones the first. */
export function strictest(first: Verdict, ...others: readonly Verdict[]): Verdict {
  return others.reduce((a, b) => (strictness[b.answer] > strictness[a.answer] ? b : a), first)
}
