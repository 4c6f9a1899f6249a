import type { Action } from '../plugin-api/action.ts'
import type { ApprovalAnswer, ApprovalCommand, ApprovalProposal, ApprovalRequest } from '../plugin-api/approval.ts'
import { terminalText } from '../plugin-api/terminal-text.ts'
import { permissionText } from '../security/gate/resolve-action.ts'

const words = {
  once: 'y once',
  turn: 't this turn',
  session: 's this session',
  always: 'a always',
  deny: 'n no',
} as const
const keys: Readonly<Record<string, 'once' | 'turn' | 'session' | 'always'>> = {
  y: 'once',
  t: 'turn',
  s: 'session',
  a: 'always',
}

/**
 * Asks line by line, in plain text that is read from the top down: what, why, which commands, what a longer yes may cover. A number chooses one
 * of those, and is asked for how long. Anything but a clear yes is a no; one that names commands says which of them were refused, and nothing of the line runs.
 *
 * @param ask shows a text and gives the line that was typed, in lower case
 */
export async function askApproval(
  request: ApprovalRequest,
  ask: (question: string) => Promise<string>,
): Promise<ApprovalAnswer> {
  const { proposals } = request
  const line = await ask(terminalText(approvalText(request)))
  const refused = refusedCommands(line, request)
  if (refused !== undefined) return { decision: 'deny', by: 'person', reason: refused }
  const chosen = /^\d+$/.test(line) ? proposals[Number(line) - 1] : undefined
  if (chosen === undefined) {
    const decision = keys[line]
    return decision === undefined || decision === 'always' ? 'deny' : decision
  }
  const decision = keys[await ask(terminalText(`For how long? ${durations(chosen)}: `))]
  if (decision === undefined || decision === 'once') return 'deny'
  return { decision, proposal: chosen.form, by: 'person' }
}

/** The question as it is shown. */
export function approvalText(request: ApprovalRequest): string {
  const { action, agentPath, detail, reason, layer, proposals, decisions } = request
  const asked = askedCommands(request)
  const said = decisions.filter((decision) => decision !== 'always').map((decision) => words[decision])
  const numbers =
    proposals.length === 0 ? [] : [proposals.length === 1 ? '1 as listed' : `1 to ${proposals.length} as listed`]
  const some = asked.length < 2 ? [] : ['n 1 no, because of command 1']
  const offered = [...said.slice(0, -1), ...numbers, ...said.slice(-1), ...some].join(', ')
  return [
    '',
    ...(agentPath.length === 0 ? [] : [`${oneLine(agentPath.join(' > '))} wants to:`]),
    describe(action),
    ...(detail === undefined ? [] : [`  ${itsLines(detail)}`]),
    ...(asked.length < 2
      ? [oneLine(`${reason} [${layer}]${placeOf(request)}`)]
      : [`${asked.length} of its commands are asked about:`, ...asked.map(commandText), ...openings(action)]),
    ...(proposals.length === 0 ? [] : ['A longer yes may cover, with any further words in place of …:']),
    ...proposals.map(proposalText),
    `Allow? ${offered}: `,
  ].join('\n')
}

function askedCommands({ commands }: ApprovalRequest): readonly ApprovalCommand[] {
  return commands.filter(({ isAsked }) => isAsked)
}

/** For whoever wanted the line: which commands the person said no to (`n 2`, `n 1,3`). Undefined for another answer. */
function refusedCommands(line: string, request: ApprovalRequest): string | undefined {
  const asked = askedCommands(request)
  const numbers =
    /^no?\s*(\d[\d\s,]*)$/
      .exec(line)?.[1]
      ?.split(/[\s,]+/)
      .filter((each) => each !== '') ?? []
  const refused = numbers.flatMap((each) => asked[Number(each) - 1] ?? [])
  if (refused.length === 0) return undefined
  const named = (commands: readonly ApprovalCommand[]) => commands.map(({ words }) => words.join(' ')).join('; ')
  const others = asked.filter((command) => !refused.includes(command))
  return `${named(refused)}${others.length === 0 ? '' : `; not refused: ${named(others)}`}`
}

function commandText({ words, reason, ...rule }: ApprovalCommand, index: number): string {
  return `  Command ${index + 1}: ${oneLine(words.join(' '))}\n    ${oneLine(reason + placeOf(rule))}`
}

/** Where the rule stands that wants it asked; nothing where no file does. */
function placeOf({ file, line }: Pick<ApprovalCommand, 'file' | 'line'>): string {
  return file === undefined ? '' : ` (${file}${line === undefined ? '' : `:${line}`})`
}

/** What a script is given besides, which the reason of one command does not say. */
function openings(action: Action): readonly string[] {
  const opens = action.kind === 'exec' ? (action.opens ?? []) : []
  return opens.map(({ access, path }) => oneLine(`Allowed, it may ${access} ${path}`))
}

function proposalText({ rules }: ApprovalProposal, index: number): string {
  return rules
    .map(({ matches }, place) => `  ${place === 0 ? `${index + 1}.` : '  '} ${oneLine(matches.join(', '))}`)
    .join('\n')
}

/** A text of others on one line: a line break of theirs could begin a line that looks like one of the question. */
function oneLine(text: string): string {
  return text.replaceAll(/\r\n|[\n\r\u2028\u2029]/g, '\\n')
}

/** A text of others whose further lines are marked as its own. */
function itsLines(text: string): string {
  return text.replaceAll(/\r\n|[\n\r\u2028\u2029]/g, '\n  | ')
}

function durations({ decisions }: ApprovalProposal): string {
  const how = decisions.map((decision) =>
    decision === 'always' ? 'a always, as a rule in rules/default.rules' : words[decision],
  )
  return [...how, words.deny].join(', ')
}

function describe(action: Action): string {
  switch (action.kind) {
    case 'exec':
      return `run in ${oneLine(action.cwd)}:\n  ${itsLines(action.script)}${action.purpose ? `\nbecause: ${oneLine(action.purpose)}` : ''}`
    case 'input':
      return `type to the running command ${action.session}:\n  ${itsLines(action.text)}`
    case 'network':
      return `${action.method} ${action.host}:${action.port}`
    case 'write':
      return oneLine(`${action.change} ${action.path}`)
    case 'read':
    case 'read_tree':
      return oneLine(`read ${action.path}`)
    case 'permission':
      return oneLine(`${permissionText(action)}, because: ${action.purpose}`)
    case 'tool':
      return `use the tool ${action.tool}`
    case 'delegate':
      return `hand work to agent ${action.agent}`
  }
}
