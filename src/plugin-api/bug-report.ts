/** What a report of a fault is about. */
export interface BugReportRequest {
  /** Id, beginning of an id, name, or `last`. Absent: the newest thread of this directory, where there is one. */
  readonly thread?: string
  /** A recording that belongs to it, by path. Absent: none. */
  readonly recording?: string
}

/** All that a person may want to send with a report, with secrets and places taken out. Nothing was sent for it. */
export interface BugReport {
  /** When it was made: RFC 3339, UTC. */
  readonly created: string
  /** In the order in which they are read. */
  readonly parts: readonly BugReportPart[]
  /** How often something was taken out. */
  readonly removed: { readonly secrets: number; readonly longTexts: number }
}

/** One part of a report. */
export interface BugReportPart {
  /** For people. */
  readonly title: string
  /** Where it is from, for people. */
  readonly from: string
  /** `text`: to be read as it is; `lines`: JSON, a value a line. */
  readonly form: 'text' | 'lines'
  /** Empty where there is nothing. */
  readonly text: string
  /** True where the part could not be read: `text` says why. */
  readonly isUnread?: true
}
