import type { ApprovalAnswer, ApprovalRequest } from '../plugin-api/approval.ts'
import { terminalText } from '../plugin-api/terminal-text.ts'
import { readAnswer } from './read-answer.ts'

/** Asks on the terminal, line by line on stderr, whether an action may happen. The end of the input is a no. */
export async function askPerson(request: ApprovalRequest, signal: AbortSignal): Promise<ApprovalAnswer> {
  const { askApproval } = await import('./approval-question.ts') // most turns ask nothing
  return await askApproval(request, (question) => ask(question, signal))
}

/** Shows the prompt of a command and asks whether to run it (`commands.default_mode = "render"`). */
export async function confirmPrompt(text: string, signal: AbortSignal): Promise<boolean> {
  return (await ask(`${terminalText(text)}\n\nRun this? y or n: `, signal)) === 'y'
}

/** Asks a question that only a clear yes answers. @throws the abort reason */
export async function confirm(question: string, signal: AbortSignal): Promise<boolean> {
  return ['y', 'yes'].includes((await ask(terminalText(question), signal)) ?? 'n')
}

/** One line, in lower case; undefined where the person ends the input (Ctrl-D). @throws the abort reason, after Ctrl-C as well */
async function ask(question: string, signal: AbortSignal): Promise<string | undefined> {
  return (await readAnswer(question, { isHidden: false }, signal))?.trim().toLowerCase()
}
