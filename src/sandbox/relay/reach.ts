import type { LookupAddress } from 'node:dns'
import type { RelayTarget } from './relay-target.ts'

/** How an allowed target may be reached. */
export interface Route {
  /** These and no other; the name is not looked up again. */
  readonly addresses: readonly LookupAddress[]
  /** True: a tunnel has to be TLS, since what else would go through it could be seen, and is not allowed. */
  readonly mustBeTls: boolean
}

/** How a transfer ended. */
export interface Transfer {
  /** Short, without content, for the audit log. */
  readonly detail: string
}

/**
 * Decides about a target, resolves its name once and calls `transfer`, which ends with the connection. Rejects without having called it
 * where that is denied, or whoever asked is gone before it is decided.
 *
 * @param gone aborts once the command waits no more
 * @throws CodexError `permission.denied`; what the lookup throws; the abort reason
 */
export type Reach = (
  target: RelayTarget,
  transfer: (route: Route) => Promise<Transfer>,
  gone: AbortSignal,
) => Promise<void>
