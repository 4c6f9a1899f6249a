import { setTimeout as delay } from 'node:timers/promises'
import {
  CodexError,
  type Decision,
  isCodexError,
  type OpenSandboxNetwork,
  type SandboxBackend,
  type SandboxPolicy,
} from '../../plugin-api/index.ts'
import type { Relay } from '../../sandbox/relay/create-relay.ts'
import type { Reach } from '../../sandbox/relay/reach.ts'
import type { Gate } from '../../security/gate.ts'
import { decideIn } from '../../security/permissions/decide-in.ts'
import { networkSubject } from '../../security/permissions/network-pattern.ts'
import { createActionScope } from './gated-action.ts'
import type { ReachDeps } from './reach-host.ts'

/** What the commands under one gate reach of the network; opened with the first of them. */
export interface CommandNetwork {
  /** What a policy for this backend says. @throws CodexError `sandbox.failed`; the abort reason */
  of(backend: SandboxBackend): Promise<SandboxPolicy['network']>
  /** What the relay refused since the last call: each host once, and no more than fifty. */
  takeDenials(): readonly Decision[]
  close(): Promise<void>
}

/** Hosts that are told of one call at most: a program can ask for any number. */
const maxDenials = 50

/** After so many refusals of a network each takes longer, up to a second: a program that does not give up would fill the log. */
const quickRefusals = 200
const maxRefusalMs = 1_000

export interface CommandNetworkDeps extends Pick<ReachDeps, 'resolve'> {
  readonly gate: Gate
}

/**
 * Commands that reach single hosts share a network in which a relay of this process answers. Each of their requests is decided about by
 * the gate, like a tool's, but that nobody is asked: a question would hold the command, and it is not told who asks.
 */
export function createCommandNetwork({ gate, resolve }: CommandNetworkDeps): CommandNetwork {
  const life = new AbortController()
  const denials = new Map<string, Decision>()
  const denied = (decision: Decision): void => {
    const { action } = decision
    // All of them are in the log.
    if (denials.size < maxDenials)
      denials.set(action.kind === 'network' ? `${action.host}:${action.port}` : '', decision)
  }
  let opening: Promise<OpenNetwork> | undefined

  const of: CommandNetwork['of'] = async (backend) => {
    if (gate.networkReach !== 'hosts') return gate.networkReach
    if (backend.openNetwork === undefined) return 'none'
    // The next command tries again.
    opening ??= open(backend, { gate, denied, ...(resolve && { resolve }) }, life.signal).catch((error: unknown) => {
      opening = undefined
      throw error
    })
    return (await opening).opened.network
  }
  return {
    of,
    takeDenials() {
      const taken = [...denials.values()]
      denials.clear()
      return taken
    },
    async close() {
      life.abort()
      const open = await opening?.catch(() => undefined)
      open?.relay.close()
      await open?.reaches.settled()
      await open?.opened.close()
    },
  }
}

interface OpenNetwork {
  readonly relay: Relay
  readonly reaches: Reaches
  readonly opened: OpenSandboxNetwork
}

async function open(
  backend: SandboxBackend,
  deps: CommandNetworkDeps & { denied(decision: Decision): void },
  signal: AbortSignal,
): Promise<OpenNetwork> {
  const { createRelay } = await import('../../sandbox/relay/create-relay.ts') // most turns reach no host
  const reaches = await createReaches(deps, signal)
  const relay = createRelay(reaches.reach)
  const opened = await backend.openNetwork?.(relay.accept, signal)
  if (opened) return { relay, reaches, opened }
  throw new CodexError('sandbox.failed', `The sandbox ${backend.id} opens no network`)
}

interface Reaches {
  readonly reach: Reach
  /** Once each that has begun has its end in the log. */
  settled(): Promise<void>
}

async function createReaches(
  { gate, resolve, denied }: CommandNetworkDeps & { denied(decision: Decision): void },
  signal: AbortSignal,
): Promise<Reaches> {
  const { reachHost } = await import('./reach-host.ts')
  // To ask, hand over the gate as it is.
  const unasked = { ...gate, authorize: gate.authorizeUnasked }
  const actions = createActionScope({ gate: unasked, denied, signal })
  const active = new Set<Promise<void>>()
  let refused = 0
  const reach: Reach = async (target, transfer) => {
    // Where one may only read, what is sent through a tunnel must be what nobody could have looked into.
    const mustBeTls = decideIn('network', gate.permissions, networkSubject({ ...target, method: 'POST' })) === 'deny'
    try {
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
    async reach(target, transfer) {
      const reaching = reach(target, transfer)
      active.add(reaching)
      await reaching.finally(() => active.delete(reaching))
    },
    async settled() {
      await Promise.allSettled(active)
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
