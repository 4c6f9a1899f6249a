import type { CodeLanguage } from './language-of.ts'
import type { ScanRule } from './scan-rule.ts'
import type { TextScan } from './scan-text.ts'

/** What a worker thread is started with. */
export interface WorkerSetup {
  readonly rules: readonly ScanRule[]
  /** True where texts are measured too. */
  readonly measures: boolean
  /** A `SharedArrayBuffer` of two 32-bit integers, by `progressFields`. */
  readonly progress: SharedArrayBuffer
}

/** Where a worker writes how far it is, so that one that hangs can be told from one that works. */
export const progressFields = {
  /** Counts up with each step; one step is reading the text as code, or one rule. */
  step: 0,
  /** Place of the running rule among those of the setup; -1 while the text is read. */
  rule: 1,
} as const

/** One text to scan. */
export interface ScanTask {
  readonly text: string
  readonly language: CodeLanguage
  readonly isTest: boolean
  /** Ids of rules that are left out. */
  readonly withoutRules: readonly string[]
}

/** `problem` where the text cannot be scanned at all. */
export type ScanAnswer = { readonly scan: TextScan } | { readonly problem: string }
