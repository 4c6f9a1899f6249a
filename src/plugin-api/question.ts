/** One question to the person: a choice, a free text, or both. */
export interface Question {
  /** What the answer is found under. */
  readonly id: string
  /** A word or two above it. */
  readonly header?: string
  /** The question itself. */
  readonly question: string
  /** What can be chosen. Absent: a free text. */
  readonly options?: readonly QuestionOption[]
  /** Whether another text than an option may be given. Default true. */
  readonly allowsOther?: boolean
  /** Whether several options may be chosen. Default false. */
  readonly isMultiple?: boolean
  /** Whether the answer is kept from the screen while it is typed. Default false. */
  readonly isSecret?: boolean
}

/** One way to answer. */
export interface QuestionOption {
  /** What is answered. */
  readonly label: string
  /** What it means. */
  readonly description?: string
}

/** Questions that belong together. */
export interface QuestionRequest {
  /** Who asks, for people: `the agent`, `MCP server files`. */
  readonly asker: string
  /** Why, where one sentence holds for all of them. */
  readonly message?: string
  /** In the order in which they are asked. */
  readonly questions: readonly Question[]
}

/** What came of it. */
export type QuestionAnswer =
  /** By id: the labels or texts that were given; empty for a question that was passed over. */
  | { readonly type: 'answered'; readonly answers: Readonly<Record<string, readonly string[]>> }
  /** The person does not want to answer. */
  | { readonly type: 'declined' }
  /** Nobody is there. */
  | { readonly type: 'nobody' }

/** Asks the person. @throws the abort reason */
export type AskPerson = (request: QuestionRequest, signal: AbortSignal) => Promise<QuestionAnswer>

/** What a tool asks to be allowed, beyond what is allowed without a question. Paths cover all below them. */
export interface PermissionsRequest {
  /** Why, for the person who decides. */
  readonly reason: string
  /** To read. */
  readonly read?: readonly string[]
  /** To write, and with it to read. */
  readonly write?: readonly string[]
  /** Hosts to reach: `host` or `host:port`. */
  readonly hosts?: readonly string[]
}

/** What came of one thing that was asked for. */
export interface PermissionAnswer {
  /** What it is about. */
  readonly kind: 'read' | 'write' | 'network'
  /** The real path, or the host. */
  readonly subject: string
  /** Whether it is allowed now. */
  readonly granted: boolean
  /** Why, and who says it. */
  readonly reason: string
}
