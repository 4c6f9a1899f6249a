import { Flags } from '../plugin-api/base-command.ts'
import { CodexError } from '../plugin-api/errors.ts'
import type { Action } from '../plugin-api/index.ts'
import { hostProblem } from '../plugin-api/rule-text.ts'
import { auditPlace } from '../security/audit/audit-place.ts'
import { type AuditedDecision, type AuditQuery, findDecisions, queryAudit } from '../security/audit/query-audit.ts'
import { parseSince } from './parse-since.ts'
import { hideNamesHere } from './process-deps.ts'

const actionKinds = [
  'exec',
  'read',
  'read_tree',
  'write',
  'network',
  'tool',
  'delegate',
  'permission',
  'input',
] as const satisfies readonly Action['kind'][]

/** Flags of the commands that read the audit log: they are the fields of a query. */
export const auditQueryFlags = {
  thread: Flags.string({ description: 'Decisions of this thread: its id, or the beginning of it.' }),
  outcome: Flags.option({ options: ['allow', 'deny'] as const, description: 'Only these.' })(),
  kind: Flags.option({ options: actionKinds, description: 'Kind of action.' })(),
  since: Flags.string({
    description: 'From this time on, in UTC: 2026-03-04, 2026-03-04T05:06, or how long ago: 90m, 1h, 7d.',
  }),
  turn: Flags.string({ description: 'Decisions of this turn: its id, or the beginning of it.' }),
  agent: Flags.string({ description: 'Decisions of this agent, and of those that it handed work to.' }),
  profile: Flags.string({ description: 'Decisions under this profile.' }),
  backend: Flags.string({ description: 'Commands that ran in this sandbox backend; none: without one.' }),
  'exit-code': Flags.integer({ description: 'Commands that ended with this exit code.' }),
  host: Flags.string({ description: 'Only about this host, asked for or denied: HOST or HOST:PORT.' }),
  path: Flags.string({
    description: 'Only about this path or what lies below it, asked for or denied; ~ is your home.',
  }),
  text: Flags.string({ description: 'Only where this text stands in the action, the layer, the rule or the reason.' }),
}

/** What the flags ask for, oldest first; the newest `last` of it. A path is asked for as the log has it: without names of people. @throws CodexError `usage.arguments` */
export async function askedDecisions(
  query: AuditQuery,
  { codexHome }: { readonly codexHome: string },
  last?: number,
): Promise<readonly AuditedDecision[]> {
  const { path, since, host } = query
  const problem = host === undefined ? undefined : hostProblem(host)
  if (problem !== undefined) throw new CodexError('usage.arguments', `--host ${problem}`)
  const asked = {
    ...query,
    ...(path !== undefined && { path: hideNamesHere()(path) }),
    ...(since !== undefined && { since: parseSince(since, new Date()) }),
  }
  return await queryAudit(auditPlace(codexHome), asked, last)
}

/** The decision that a person named. @throws CodexError `usage.arguments` where there is none, or more than one */
export async function decisionNamed(id: string, home: { readonly codexHome: string }): Promise<AuditedDecision> {
  const [decision, another] = id === '' ? [] : await findDecisions(auditPlace(home.codexHome), id)
  if (another !== undefined) {
    throw new CodexError('usage.arguments', `Several decisions have ids that begin with "${id}"`, {
      hint: 'Give more of it: codex audit query lists them with their ids.',
    })
  }
  if (decision !== undefined) return decision
  const isLast = id.toUpperCase() === 'LAST'
  throw new CodexError(
    'usage.arguments',
    isLast ? 'The audit log holds no decision yet' : `No decision of the audit log has the id "${id}"`,
    {
      hint: isLast ? 'Run something first.' : 'codex audit query lists them with their ids; LAST is the newest denial.',
    },
  )
}
