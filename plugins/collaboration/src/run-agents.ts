import { CodexError, type GatedAgents, isCodexError, type ToolContext, type ToolOutput } from 'codex-kernel/plugin-api'

/** The agents that run beside the thread. @throws CodexError `tool.failed` where none can */
export function agentsOf({ threads }: Pick<ToolContext, 'threads'>): GatedAgents {
  if (threads.agents) return threads.agents
  throw new CodexError('tool.failed', 'No agent can run beside this thread', {
    hint: 'Do the work here, or hand it on with delegate.',
  })
}

/** What a model is told where a call did not do what was asked; a refusal is for the dispatcher. @throws what it was given, where that is a refusal or nothing to be told */
export function problemText(error: unknown, words: Readonly<Record<string, string>> = {}): string {
  if (!isCodexError(error) || error.code === 'permission.denied') throw error
  return words[error.code] ?? (error.hint === undefined ? error.message : `${error.message}. ${error.hint}`)
}

/** JSON for a model. */
export function answer(value: unknown, summary?: string): ToolOutput {
  return { text: JSON.stringify(value), structured: value, ...(summary !== undefined && { summary }) }
}

/** A text for a model about what could not be done. */
export function refusal(text: string): ToolOutput {
  return { text, failed: true, summary: text.split('\n', 1)[0] ?? '' }
}

/** How long a call may wait, in milliseconds: as the real Codex bounds it. */
export function waitingTime(asked = 30_000): number {
  return Math.min(3_600_000, Math.max(10_000, asked))
}
