import type { Action } from '../plugin-api/action.ts'
import type {
  ApprovalAnswer,
  ApprovalCommand,
  ApprovalDecision,
  ApprovalProposal,
  ApprovalReply,
  ApprovalRequest,
} from '../plugin-api/approval.ts'
import { terminalText } from '../plugin-api/terminal-text.ts'
import { permissionText } from '../security/gate/resolve-action.ts'

const words = {
  once: 'y once',
  turn: 't this turn',
  session: 's this session',
  always: 'a always',
  deny: 'n no',
} as const
const keys: Readonly<Record<string, ApprovalDecision>> = {
  y: 'once',
  yes: 'once',
  t: 'turn',
  s: 'session',
  a: 'always',
  n: 'deny',
  no: 'deny',
}

/** Shows a text and gives the line that was typed, in lower case; undefined where the person ends the input. */
type Ask = (question: string) => Promise<string | undefined>

/**
 * Asks line by line, in plain text that is read from the top down: what, why, which commands, what a longer yes may cover. A number chooses one
 * of those, and is asked for how long. A line that is no answer is asked again, and the end of the input is a no. A no that names commands says
 * which of them were refused, and nothing of the line runs.
 */
export async function askApproval(request: ApprovalRequest, ask: Ask): Promise<ApprovalAnswer> {
  const said = await untilUnderstood(approvalText(request), offerLine(request), (line) => readLine(line, request), ask)
  if (said === undefined) return 'deny'
  if (typeof said === 'string' || !('form' in said)) return said
  const howLong = `For how long? ${durations(said)}: `
  const decision = await untilUnderstood(howLong, howLong, (line) => readDuration(line, said), ask)
  if (decision === undefined || decision === 'deny') return 'deny'
  return { decision, proposal: said.form, by: 'person' }
}

/** What a line was read as; undefined at the end of the input. */
async function untilUnderstood<Said>(
  question: string,
  again: string,
  read: (line: string) => Said | undefined,
  ask: Ask,
): Promise<Said | undefined> {
  let line = await ask(terminalText(question))
  while (line !== undefined) {
    const said = read(line)
    if (said !== undefined) return said
    const typed = line === '' ? 'An empty line' : JSON.stringify(line.slice(0, 40))
    line = await ask(terminalText(`${typed} is no answer here. ${again}`))
  }
  return undefined
}

/** Undefined for what is no answer to this question. */
function readLine(line: string, request: ApprovalRequest): ApprovalAnswer | ApprovalProposal | undefined {
  const { action, decisions, proposals } = request
  const decision = decisionOf(line)
  if (decision === undefined) return /^\d+$/.test(line) ? proposals[Number(line) - 1] : refusal(line, request)
  // Of a permission the shortest yes is for the turn.
  const isShortest = decision === 'once' && action.kind === 'permission'
  return decision !== 'always' && (isShortest || decisions.includes(decision)) ? decision : undefined
}

function readDuration(
  line: string,
  { decisions }: ApprovalProposal,
): ApprovalProposal['decisions'][number] | 'deny' | undefined {
  const said = decisionOf(line)
  return said === 'deny' ? said : decisions.find((decision) => decision === said)
}

function decisionOf(line: string): ApprovalDecision | undefined {
  return Object.hasOwn(keys, line) ? keys[line] : undefined
}

/** The question as it is shown. */
export function approvalText(request: ApprovalRequest): string {
  const { action, agentPath, detail, reason, layer, proposals } = request
  const asked = askedCommands(request)
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
    offerLine(request),
  ].join('\n')
}

/** What may be answered. */
function offerLine(request: ApprovalRequest): string {
  const { decisions, proposals } = request
  const said = decisions.filter((decision) => decision !== 'always').map((decision) => words[decision])
  const numbers =
    proposals.length === 0 ? [] : [proposals.length === 1 ? '1 as listed' : `1 to ${proposals.length} as listed`]
  const some = askedCommands(request).length < 2 ? [] : ['n 1 no, because of command 1']
  return `Allow? ${[...said.slice(0, -1), ...numbers, ...said.slice(-1), ...some].join(', ')}: `
}

function askedCommands({ commands }: ApprovalRequest): readonly ApprovalCommand[] {
  return commands.filter(({ isAsked }) => isAsked)
}

/** A no that names commands (`n 2`, `n 1,3`), in words for whoever wanted the line. Undefined for another line, or a number that no command has. */
function refusal(line: string, request: ApprovalRequest): ApprovalReply | undefined {
  const asked = askedCommands(request)
  const numbers = /^no?\s*(\d[\d\s,]*)$/
    .exec(line)?.[1]
    ?.split(/[\s,]+/)
    .filter((each) => each !== '')
  if (numbers === undefined || numbers.some((each) => asked[Number(each) - 1] === undefined)) return undefined
  const refused = asked.filter((_, index) => numbers.some((each) => Number(each) === index + 1))
  const others = asked.filter((command) => !refused.includes(command))
  const named = (commands: readonly ApprovalCommand[]) => commands.map(({ words }) => words.join(' ')).join('; ')
  const reason = `${named(refused)}${others.length === 0 ? '' : `; not refused: ${named(others)}`}`
  return { decision: 'deny', by: 'person', reason }
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
