import { createInterface } from 'node:readline/promises'
import { terminalText } from '../output/terminal-text.ts'
import type { Action, ApprovalAnswer, ApprovalRequest } from '../plugin-api/action.ts'

const answers: Readonly<Record<string, ApprovalAnswer>> = { y: 'once', t: 'turn', s: 'session', n: 'deny' }

/** Asks on the terminal, line by line on stderr, whether an action may happen. Anything but a clear yes is a no. */
export async function askPerson(request: ApprovalRequest, signal: AbortSignal): Promise<ApprovalAnswer> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const question = `\n${terminalText(describe(request.action))}\n${terminalText(request.reason)} [${terminalText(request.layer)}]\nAllow? y once, t this turn, s this session, n no: `
    const answer = await terminal.question(question, { signal })
    return answers[answer.trim().toLowerCase()] ?? 'deny'
  } finally {
    terminal.close()
  }
}

/** Shows the prompt of a command and asks whether to run it (`commands.default_mode = "render"`). */
export async function confirmPrompt(text: string, signal: AbortSignal): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const answer = await terminal.question(`${terminalText(text)}\n\nRun this? y or n: `, { signal })
    return answer.trim().toLowerCase() === 'y'
  } finally {
    terminal.close()
  }
}

function describe(action: Action): string {
  switch (action.kind) {
    case 'exec':
      return `run in ${action.cwd}:\n  ${action.script}`
    case 'network':
      return `${action.method} ${action.host}:${action.port}`
    case 'write':
      return `${action.change} ${action.path}`
    case 'read':
    case 'read_tree':
      return `read ${action.path}`
    case 'tool':
      return `use the tool ${action.tool}`
    case 'delegate':
      return `hand work to agent ${action.agent}`
  }
}
