import type { LookupAddress } from 'node:dns'
import { isIP } from 'node:net'
import type { NetworkProtocol } from '../../plugin-api/action.ts'
import { CodexError, isCodexError } from '../../plugin-api/errors.ts'
import type { Gate } from '../../security/gate.ts'
import { isPublicHost } from '../../security/permissions/public-host.ts'
import type { ActionScope } from './gated-action.ts'

/** For one name; the system's own limit can be half a minute. */
const resolveTimeoutMs = 15_000

/** A request as it is decided about. */
export interface HostRequest {
  readonly method: string
  /** A name or an address, that without brackets. */
  readonly host: string
  readonly port: number
  readonly protocol: NetworkProtocol
}

export interface ReachDeps {
  readonly actions: ActionScope
  readonly gate: Pick<Gate, 'networkReach'>
  /** Absent: the system's. */
  readonly resolve?: (host: string, signal: AbortSignal) => Promise<readonly LookupAddress[]>
}

/**
 * The one way to a host, of tools and of commands: a decision about the method, host and port, the name resolved once, and a decision
 * about each of its addresses that is not of the public internet: whoever owns a name says where it leads, so that a rule for the name
 * allows none of these. Then `act`, with the only addresses that may be connected to. `detail` is for the audit log.
 * @throws CodexError `permission.denied`; what `dns.lookup` throws, and `act`; the abort reason
 */
export async function reachHost<Result>(
  request: HostRequest,
  act: (addresses: readonly LookupAddress[]) => Promise<Result>,
  detail: (result: Result) => string,
  { actions, gate, resolve = resolveHost }: ReachDeps,
  signal: AbortSignal,
): Promise<Result> {
  const { method, host, port, protocol } = request
  const reach = async (): Promise<Result> => {
    const addresses = await resolve(host, AbortSignal.any([signal, AbortSignal.timeout(resolveTimeoutMs)]))
    // Such a name is allowed where it is meant alone (`*` does not), and says itself where it leads.
    const isLoopbackMeant = isLoopbackName(host)
    for (const { address } of gate.networkReach === 'host' ? [] : addresses) {
      if (address === host || isPublicHost(address) || (isLoopbackMeant && isLoopback(address))) continue
      await actions
        .perform({ kind: 'network', method, host: address, port, protocol }, async () => undefined)
        .catch((error: unknown) => Promise.reject(ledInside(host, address, error)))
    }
    return await act(addresses)
  }
  return await actions.perform({ kind: 'network', method, host, port, protocol }, reach, detail)
}

/** `localhost` and the names below it, which are nobody's (RFC 6761). */
function isLoopbackName(host: string): boolean {
  return isIP(host) === 0 && !isPublicHost(host)
}

function isLoopback(address: string): boolean {
  return address === '::1' || (isIP(address) === 4 && address.startsWith('127.'))
}

function ledInside(host: string, address: string, error: unknown): unknown {
  if (!isCodexError(error) || error.code !== 'permission.denied') return error
  return new CodexError(
    'permission.denied',
    `${host} leads to ${address}, not to the public internet. ${error.message}`,
    {
      hint: `If that is meant, name ${address} too, under [network] in the profile.`,
      cause: error.cause,
    },
  )
}

/** The addresses of a host; one that is an address is its own. @throws what `dns.lookup` throws; the abort reason */
async function resolveHost(host: string, signal: AbortSignal): Promise<readonly LookupAddress[]> {
  const family = isIP(host)
  if (family !== 0) return [{ address: host, family }]
  const { lookup } = await import('node:dns/promises')
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const onAbort = () => reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    signal.throwIfAborted()
    return await Promise.race([lookup(host, { all: true }), aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
