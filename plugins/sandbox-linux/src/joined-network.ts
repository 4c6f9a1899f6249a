import { closeSync, openSync } from 'node:fs'
import { CodexError, type SandboxNetwork, type SandboxPolicy } from 'codex-kernel/plugin-api'
import { findNsenter } from './find-nsenter.ts'

/** A network that lives as long as these descriptors, or a command in it: with this program, however that ends. */
export interface JoinedNetwork extends SandboxNetwork {
  /** Of its network namespace. */
  readonly networkFd: number
  /** Of the user namespace that owns it; who enters that one may enter the other, root or not. */
  readonly userFd: number
  /** False once the descriptors are given back: their numbers may then be those of something else. */
  isOpen(): boolean
}

/** Holds the namespaces of a process of ours. */
export function holdNamespaces(pid: number, relayPort: number): JoinedNetwork & { release(): void } {
  const userFd = openSync(`/proc/${pid}/ns/user`, 'r')
  try {
    const networkFd = openSync(`/proc/${pid}/ns/net`, 'r')
    let isOpen = true
    return {
      ...{ relayPort, userFd, networkFd },
      isOpen: () => isOpen,
      release() {
        isOpen = false
        closeSync(networkFd)
        closeSync(userFd)
      },
    }
  } catch (error) {
    closeSync(userFd)
    throw error
  }
}

/**
 * Words that put a command into the network of its policy; none where it gets one of its own, or the machine's. The namespaces go by
 * the descriptors of this process, so that the command inherits none. @throws CodexError `sandbox.failed`
 */
export function joinNetwork(network: SandboxPolicy['network']): readonly string[] {
  if (typeof network === 'string') return []
  if (!isJoined(network) || !network.isOpen())
    throw new CodexError('sandbox.failed', 'The policy names a network that this sandbox does not hold open.')
  const program = findNsenter()
  if (program === undefined) {
    throw new CodexError(
      'sandbox.failed',
      'nsenter is not installed, and without it no command reaches single hosts.',
      {
        hint: 'Install util-linux with the package manager, or choose a profile without a network.',
      },
    )
  }
  const file = (fd: number): string => `/proc/${process.pid}/fd/${fd}`
  return [program, '--preserve-credentials', `--user=${file(network.userFd)}`, `--net=${file(network.networkFd)}`, '--']
}

function isJoined(network: SandboxNetwork): network is JoinedNetwork {
  return 'networkFd' in network && 'userFd' in network && 'isOpen' in network
}
