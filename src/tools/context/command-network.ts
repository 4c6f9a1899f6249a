import type { Decision, SandboxBackend, SandboxPolicy } from '../../plugin-api/index.ts'
import type { Gate } from '../../security/gate.ts'

/** What the commands under one gate reach of the network; opened with the first of them. */
export interface CommandNetwork {
  /** What a policy for this backend says. @throws CodexError `sandbox.failed`; the abort reason */
  of(backend: SandboxBackend, signal: AbortSignal): Promise<SandboxPolicy['network']>
  /** What the relay refused since the last call, each host once. */
  takeDenials(): readonly Decision[]
  close(): Promise<void>
}

export function createCommandNetwork(gate: Pick<Gate, 'networkReach'>): CommandNetwork {
  return {
    of: async () => (gate.networkReach === 'hosts' ? 'none' : gate.networkReach),
    takeDenials: () => [],
    close: async () => undefined,
  }
}
