import type { Action, Grant, Opening } from '../../plugin-api/index.ts'
import { coversCommand } from '../exec-policy/covers-command.ts'
import type { SimpleCommand } from '../exec-policy/script-reading.ts'
import { subjectPath } from '../gate/resolve-action.ts'
import { coversRequest } from '../permissions/host-rule.ts'
import { coversNetwork } from '../permissions/network-grant.ts'
import { networkSubject } from '../permissions/network-pattern.ts'
import { isAtOrBelow } from '../permissions/path-pattern.ts'

/** What a person granted for longer than one action. It turns a question into a yes, and a denial into nothing. */
export interface Grants {
  /** An action that was granted itself, or that a granted permission covers. */
  has(action: Action): boolean
  /** A command whose words certainly begin as granted. */
  hasCommand(command: SimpleCommand): boolean
  add(grant: Grant, scope: 'turn' | 'session'): void
  /** The real paths of the permissions that were granted. */
  openings(): readonly Opening[]
  /** Forgets the grants of the turn that ends. */
  endTurn(): void
}

type Permission = Extract<Action, { kind: 'permission' }>

/** What a person granted for the session: all threads of a run have the same, so that what is said to one agent is asked by no other. */
export type SessionGrants = Map<string, Grant>

/** Adds what an earlier run of a thread was granted. */
export function keepGrants(session: SessionGrants, kept: readonly Grant[]): SessionGrants {
  for (const grant of kept) session.set(keyOf(grant), grant)
  return session
}

/** Grants of one thread: those of its turn, and those of the session, which may grow elsewhere meanwhile. */
export function createGrants(ofSession: SessionGrants): Grants {
  const ofTurn = new Map<string, Grant>()
  const all = () => [...ofTurn.values(), ...ofSession.values()]
  const permissions = () =>
    all().flatMap((grant): Permission | [] =>
      grant.type === 'action' && grant.action.kind === 'permission' ? grant.action : [],
    )
  return {
    has(action) {
      const key = keyOf({ type: 'action', action })
      if (ofTurn.has(key) || ofSession.has(key)) return true
      if (permissions().some((permission) => covers(permission, action))) return true
      return action.kind === 'network' && all().some((grant) => grant.type === 'host' && coversRequest(grant, action))
    },
    hasCommand(command) {
      if (ofTurn.size + ofSession.size === 0) return false
      return all().some((grant) => grant.type === 'command' && coversCommand(grant.pattern, command))
    },
    add: (grant, scope) => void (scope === 'turn' ? ofTurn : ofSession).set(keyOf(grant), grant),
    openings: () =>
      permissions().flatMap(({ of, subject }) => (of === 'network' ? [] : [{ access: of, path: subject }])),
    endTurn: () => ofTurn.clear(),
  }
}

/** Who may write may read. */
function covers({ of, subject }: Permission, action: Action): boolean {
  switch (action.kind) {
    case 'read':
    case 'read_tree':
      return of !== 'network' && isAtOrBelow(subjectPath(action.path), subjectPath(subject))
    case 'write':
      return of === 'write' && isAtOrBelow(subjectPath(action.path), subjectPath(subject))
    case 'network':
      return of === 'network' && coversNetwork(subject, networkSubject(action))
    default:
      return false
  }
}

/** All fields of the action in one order, but the words that explain it, and how a host is spoken to: method and port are what was shown. */
function keyOf(grant: Grant): string {
  if (grant.type === 'command') return JSON.stringify(grant.pattern)
  if (grant.type === 'host') return `${grant.protocol} ${grant.host}`
  const fields = Object.entries(grant.action).filter(([name]) => name !== 'purpose' && name !== 'protocol')
  return JSON.stringify(fields.sort(([a], [b]) => (a < b ? -1 : 1)))
}
