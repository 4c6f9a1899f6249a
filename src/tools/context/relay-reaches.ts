import { setTimeout as delay } from 'node:timers/promises'
import { type Decision, isCodexError } from '../../plugin-api/index.ts'
import type { Reach } from '../../sandbox/relay/reach.ts'
import type { RelayTarget } from '../../sandbox/relay/relay-target.ts'
import type { Gate } from '../../security/gate.ts'
import type { CommandNetworkDeps } from './command-network.ts'
import { createActionScope } from './gated-action.ts'
import { reachHost } from './reach-host.ts'

/** After so many refusals of a network each takes longer, up to a second: a program that does not give up would fill the log. */
const quickRefusals = 200
const maxRefusalMs = 1_000

/** How the relay of commands reaches hosts: each target is decided about by the gate. */
export interface RelayReaches {
  readonly reach: Reach
  /** Once each that has begun has its end in the log. */
  settled(): Promise<void>
}

/** `denied` is told of every refusal. */
export function createRelayReaches(
  { gate, resolve, denied }: CommandNetworkDeps & { denied(decision: Decision): void },
  signal: AbortSignal,
): RelayReaches {
  const active = new Set<Promise<void>>()
  let refused = 0
  const reach: Reach = async (target, transfer, gone) => {
    const actions = createActionScope({ gate: holdingGate(gate, target, gone), denied, signal })
    try {
      const mustBeTls = await gate.mustBeTls(target)
      await reachHost(
        target,
        (addresses) => transfer({ addresses, mustBeTls }),
        ({ detail }) => detail,
        { actions, gate, ...(resolve && { resolve }) },
        signal,
      )
    } catch (error) {
      if (isCodexError(error) && error.code === 'permission.denied' && error.cause === undefined) {
        denied(refusedTunnel(target, error.message))
      }
      refused += 1
      await delay(Math.min(Math.max(refused - quickRefusals, 0), maxRefusalMs), undefined, { signal })
      throw error
    }
  }
  return {
    async reach(target, transfer, gone) {
      const reaching = reach(target, transfer, gone)
      active.add(reaching)
      await reaching.finally(() => active.delete(reaching))
    },
    async settled() {
      await Promise.allSettled(active)
    },
  }
}

/** The connection is held while somebody is asked, as long as the command still waits for it. */
function holdingGate(gate: Gate, { protocol }: RelayTarget, gone: AbortSignal): Gate {
  return {
    ...gate,
    async authorize(action, signal) {
      if (action.kind !== 'network') throw new TypeError(`a relay makes no ${action.kind} action`)
      return await gate.authorizeHeld({ ...action, protocol }, gone, signal)
    },
  }
}

/** For what the relay itself refuses: the gate has allowed the tunnel, and its outcome is recorded as failed. */
function refusedTunnel(
  target: { readonly method: string; readonly host: string; readonly port: number },
  reason: string,
): Decision {
  const action = { kind: 'network', ...target } as const
  return { outcome: 'deny', action, layer: 'relay', rule: 'methods = "read-only"', reason, auditId: '' }
}
