import {
  CodexError,
  type Decision,
  type OpenSandboxNetwork,
  type SandboxBackend,
  type SandboxPolicy,
} from '../../plugin-api/index.ts'
import type { Relay } from '../../sandbox/relay/create-relay.ts'
import type { Gate } from '../../security/gate.ts'
import type { ReachDeps } from './reach-host.ts'
import type { RelayReaches } from './relay-reaches.ts'

/** What the commands under one gate reach of the network; opened with the first of them. */
export interface CommandNetwork {
  /** What a policy for this backend says. @throws CodexError `sandbox.failed`; the abort reason */
  of(backend: SandboxBackend): Promise<SandboxPolicy['network']>
  /** What the relay refused since the last call: each host once, and no more than fifty. */
  takeDenials(): readonly Decision[]
  /** What it refuses from now until the function that comes back is called, as `host:port`: whichever command asked for it. No more than fifty. */
  watchRefusals(): () => readonly string[]
  close(): Promise<void>
}

/** Hosts that are told of one call at most: a program can ask for any number. */
const maxDenials = 50

export interface CommandNetworkDeps extends Pick<ReachDeps, 'resolve'> {
  readonly gate: Gate
}

/**
 * Commands that reach single hosts share a network in which a relay of this process answers. Each of their requests is decided about by
 * the gate, like a tool's; a question holds its connection alone, and goes away with it.
 */
export function createCommandNetwork({ gate, resolve }: CommandNetworkDeps): CommandNetwork {
  const life = new AbortController()
  const denials = new Map<string, Decision>()
  const watches = new Set<Set<string>>()
  const denied = (decision: Decision): void => {
    const { action } = decision
    const host = action.kind === 'network' ? `${action.host}:${action.port}` : ''
    // All of them are in the log.
    if (denials.size < maxDenials) denials.set(host, decision)
    for (const seen of watches) if (seen.size < maxDenials) seen.add(host)
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
    watchRefusals() {
      const seen = new Set<string>()
      watches.add(seen)
      return () => {
        watches.delete(seen)
        return [...seen]
      }
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
  readonly reaches: RelayReaches
  readonly opened: OpenSandboxNetwork
}

async function open(
  backend: SandboxBackend,
  deps: CommandNetworkDeps & { denied(decision: Decision): void },
  signal: AbortSignal,
): Promise<OpenNetwork> {
  // Most turns reach no host.
  const [{ createRelay }, { createRelayReaches }] = await Promise.all([
    import('../../sandbox/relay/create-relay.ts'),
    import('./relay-reaches.ts'),
  ])
  const reaches = createRelayReaches(deps, signal)
  const relay = createRelay(reaches.reach)
  const opened = await backend.openNetwork?.(relay.accept, signal)
  if (opened) return { relay, reaches, opened }
  throw new CodexError('sandbox.failed', `The sandbox ${backend.id} opens no network`)
}
