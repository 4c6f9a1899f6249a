import type { RequestPreview } from './provider.ts'

/** What a thread's next request would be, without anybody being asked. Secrets are taken out. */
export interface ThreadPreview {
  /** Id of the provider. */
  readonly provider: string
  /** As the provider is asked for it; `none` for a playbook. */
  readonly model: string
  /** The request; absent: no model would be asked first, as `reason` says. */
  readonly request?: RequestPreview
  /** Why there is no request. */
  readonly reason?: string
  /** What the request is made of, in order. */
  readonly parts: readonly PreviewPart[]
  /** What would become of the history; only of a turn that compacts it. `request` is then the one for the summary. */
  readonly compaction?: CompactionPreview
  /** What the thread would say before its turn: warnings, notices. */
  readonly notices: readonly string[]
}

/** What a compaction would do. Tokens are estimates: one for four bytes. */
export interface CompactionPreview {
  /** What the person said that matters; empty where nothing was said. */
  readonly focus: string
  /** The whole history, oldest first. */
  readonly items: readonly CompactionItem[]
  /** Of the history now. */
  readonly tokensBefore: number
  /** Of what stays as it is; the summary comes on top. */
  readonly tokensKept: number
  /** What a summary may take at most. */
  readonly tokensOfSummary: number
  /** The steps of the plan as they would be told again. */
  readonly plan: readonly string[]
  /** The files as they would be listed: each path with what was done. */
  readonly files: readonly string[]
}

/** One item of a history that a compaction looks at. */
export interface CompactionItem {
  /** `summarise`: gives way; `keep`: stays word for word; `shorten`: stays, its output cut. */
  readonly fate: 'keep' | 'summarise' | 'shorten'
  /** What it is: `rules`, `request`, `answer`, `reasoning`, `call`, `output`, `summary`. */
  readonly kind: string
  /** Its beginning, on one line. */
  readonly excerpt: string
  /** Its size. */
  readonly tokens: number
}

/** A part of a request and its size. */
export interface PreviewPart {
  /** `base prompt`, `developer`, `AGENTS.md`, `environment`, `skills`, `tools`, `history`, `prompt`. */
  readonly part: string
  /** Of its text in UTF-8; images are not counted. */
  readonly bytes: number
  /** An estimate: one for four bytes. */
  readonly tokens: number
}
