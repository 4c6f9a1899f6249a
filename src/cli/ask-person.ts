import type { Action } from '../plugin-api/action.ts'
import type { ApprovalAnswer, ApprovalRequest } from '../plugin-api/approval.ts'
import { terminalText } from '../plugin-api/terminal-text.ts'
import { permissionText } from '../security/gate/resolve-action.ts'
import { readAnswer } from './read-answer.ts'

const answers: Readonly<Record<string, ApprovalAnswer>> = { y: 'once', t: 'turn', s: 'session', n: 'deny' }

/** Asks on the terminal, line by line on stderr, whether an action may happen. Anything but a clear yes is a no. */
export async function askPerson(request: ApprovalRequest, signal: AbortSignal): Promise<ApprovalAnswer> {
  const detail = request.detail === undefined ? '' : `\n  ${terminalText(request.detail)}`
  const asker = request.agentPath.length === 0 ? '' : `${terminalText(request.agentPath.join(' > '))} wants to:\n`
  const question = `\n${asker}${terminalText(describe(request.action))}${detail}\n${terminalText(request.reason)} [${terminalText(request.layer)}]\nAllow? y once, t this turn, s this session, n no: `
  return answers[await ask(question, signal)] ?? 'deny'
}

/** Shows the prompt of a command and asks whether to run it (`commands.default_mode = "render"`). */
export async function confirmPrompt(text: string, signal: AbortSignal): Promise<boolean> {
  return (await ask(`${terminalText(text)}\n\nRun this? y or n: `, signal)) === 'y'
}

/** Asks a question that only a clear yes answers. @throws the abort reason */
export async function confirm(question: string, signal: AbortSignal): Promise<boolean> {
  return ['y', 'yes'].includes(await ask(terminalText(question), signal))
}

/** One line, in lower case; empty where the person ends the input (Ctrl-D). @throws the abort reason, after Ctrl-C as well */
async function ask(question: string, signal: AbortSignal): Promise<string> {
  return (await readAnswer(question, { isHidden: false }, signal))?.trim().toLowerCase() ?? ''
}

function describe(action: Action): string {
  switch (action.kind) {
    case 'exec':
      return `run in ${action.cwd}:\n  ${action.script}${action.purpose ? `\nbecause: ${action.purpose}` : ''}`
    case 'input':
      return `type to the running command ${action.session}:\n  ${action.text}`
    case 'network':
      return `${action.method} ${action.host}:${action.port}`
    case 'write':
      return `${action.change} ${action.path}`
    case 'read':
    case 'read_tree':
      return `read ${action.path}`
    case 'permission':
      return `${permissionText(action)}, because: ${action.purpose}`
    case 'tool':
      return `use the tool ${action.tool}`
    case 'delegate':
      return `hand work to agent ${action.agent}`
  }
}
