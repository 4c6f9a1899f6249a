import type { Action, Opening } from '../../plugin-api/index.ts'
import { subjectPath } from '../gate/resolve-action.ts'
import { hostAndPort } from '../permissions/network-pattern.ts'
import { isAtOrBelow } from '../permissions/path-pattern.ts'

/** What a person granted for longer than one action. It turns a question into a yes, and a denial into nothing. */
export interface Grants {
  /** An action that was granted itself, or that a granted permission covers. */
  has(action: Action): boolean
  add(action: Action, scope: 'turn' | 'session'): void
  /** The real paths of the permissions that were granted. */
  openings(): readonly Opening[]
  /** Forgets the grants of the turn that ends. */
  endTurn(): void
}

type Permission = Extract<Action, { kind: 'permission' }>

/** Grants of one thread, kept in memory. */
export function createGrants(): Grants {
  const ofTurn = new Map<string, Action>()
  const ofSession = new Map<string, Action>()
  const permissions = () =>
    [...ofTurn.values(), ...ofSession.values()].filter((action): action is Permission => action.kind === 'permission')
  return {
    has: (action) =>
      ofTurn.has(keyOf(action)) ||
      ofSession.has(keyOf(action)) ||
      permissions().some((permission) => covers(permission, action)),
    add: (action, scope) => (scope === 'turn' ? ofTurn : ofSession).set(keyOf(action), action),
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
    case 'network': {
      const { host, port } = hostAndPort(subject)
      return of === 'network' && hostAndPort(action.host).host === host && (port === undefined || port === action.port)
    }
    default:
      return false
  }
}

/** All fields of the action but the words that explain it, in one order. */
function keyOf(action: Action): string {
  const fields = Object.entries(action).filter(([name]) => name !== 'purpose')
  return JSON.stringify(fields.sort(([a], [b]) => (a < b ? -1 : 1)))
}
