import type { Action } from '../../plugin-api/index.ts'

/** What a person granted for longer than one action. A grant holds for exactly the action that was asked for. */
export interface Grants {
  has(action: Action): boolean
  add(action: Action, scope: 'turn' | 'session'): void
  /** Forgets the grants of the turn that ends. */
  endTurn(): void
}

/** Grants of one thread, kept in memory. */
export function createGrants(): Grants {
  const ofTurn = new Set<string>()
  const ofSession = new Set<string>()
  return {
    has: (action) => ofTurn.has(keyOf(action)) || ofSession.has(keyOf(action)),
    add: (action, scope) => (scope === 'turn' ? ofTurn : ofSession).add(keyOf(action)),
    endTurn: () => ofTurn.clear(),
  }
}

/** All fields of the action, in one order. */
function keyOf(action: Action): string {
  return JSON.stringify(Object.entries(action).sort(([a], [b]) => (a < b ? -1 : 1)))
}
