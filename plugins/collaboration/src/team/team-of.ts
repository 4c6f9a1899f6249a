import { CodexError, type GatedTeam, type ToolContext, type ToolOutput } from 'codex-kernel/plugin-api'
import { answer, problemText, refusal } from '../run-agents.ts'

/** What agents of the run say to each other. @throws CodexError `tool.failed` where there are none */
export function teamOf({ threads }: Pick<ToolContext, 'threads'>): GatedTeam {
  if (threads.agents?.team) return threads.agents.team
  throw new CodexError('tool.failed', 'No agent can run beside this thread, so there is nobody to talk to', {
    hint: 'Say it in the last message.',
  })
}

/** What a model is told of what was done, or why it was not. @throws a refusal of the gate */
export async function toldOf(act: () => Promise<readonly [value: object, summary: string]>): Promise<ToolOutput> {
  try {
    return answer(...(await act()))
  } catch (error) {
    return refusal(problemText(error))
  }
}
