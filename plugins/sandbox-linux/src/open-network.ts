import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { Server } from 'node:net'
import { CodexError, type OpenSandboxNetwork, type RelayConnection } from 'codex-kernel/plugin-api'
import { findBubblewrap } from './find-bubblewrap.ts'
import { holdNamespaces, type JoinedNetwork } from './joined-network.ts'

/** Starting Node in new namespaces takes 40 ms (measured); a machine under load is given its time. */
const timeoutMs = 10_000

/**
 * Runs inside: a socket belongs to the network namespace in which it was made, and stays there whoever holds it. So this process listens,
 * hands the socket over and ends; whoever has it accepts what commands connect.
 */
const listen = `
const server = require('node:net').createServer()
server.listen(0, '127.0.0.1', () => process.send(process.pid, server))
process.once('disconnect', () => process.exit())
`

/**
 * Makes a network namespace (with the user namespace that an ordinary user needs for it) in which this process listens on the loopback
 * and nothing else leads out. @throws CodexError `sandbox.failed`; the abort reason
 */
export async function openNetwork(
  accept: (connection: RelayConnection) => void,
  signal: AbortSignal,
): Promise<OpenSandboxNetwork> {
  const program = findBubblewrap()
  if (program === undefined)
    throw notOpened('bubblewrap is not installed', 'Install bubblewrap with the package manager.')
  // bubblewrap sets up the loopback of a new network.
  const isolation = ['--unshare-user', '--unshare-net', '--die-with-parent', '--dev-bind', '/', '/', '--']
  const child = spawn(program, [...isolation, process.execPath, '-e', listen], {
    cwd: '/',
    env: {},
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  try {
    const { server, network, release } = await received(
      child,
      AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    )
    server.on('connection', accept)
    server.unref()
    return {
      network,
      async close() {
        server.close()
        release()
      },
    }
  } catch (cause) {
    signal.throwIfAborted()
    child.kill('SIGKILL')
    if (cause instanceof CodexError) throw cause
    throw notOpened(cause instanceof Error ? cause.message : String(cause), undefined, cause)
  } finally {
    if (child.connected) child.disconnect()
  }
}

interface Received {
  readonly server: Server
  readonly network: JoinedNetwork
  release(): void
}

/** What the process inside sends, with its namespaces held before it ends. */
async function received(child: ChildProcess, signal: AbortSignal): Promise<Received> {
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = `${said}${text}`.slice(-2000)
  })
  const settled = new AbortController()
  const listening = AbortSignal.any([signal, settled.signal])
  const gone = once(child, 'exit', { signal: listening }).then(([code]): never => {
    throw notOpened(said.trim() || `${child.spawnfile} ended with ${code}`)
  })
  try {
    const [pid, server]: unknown[] = await Promise.race([once(child, 'message', { signal: listening }), gone])
    if (typeof pid !== 'number' || !(server instanceof Server)) throw notOpened('what came back is no socket')
    const address = server.address()
    if (address === null || typeof address === 'string') throw notOpened('what came back does not listen')
    const { release, ...network } = holdNamespaces(pid, address.port)
    return { server, network, release }
  } finally {
    settled.abort()
    gone.catch(() => undefined)
  }
}

function notOpened(reason: string, hint?: string, cause?: unknown): CodexError {
  return new CodexError('sandbox.failed', `The network for commands could not be opened: ${reason}`, {
    hint: hint ?? 'codex doctor says what the sandbox needs. A profile without hosts needs no network.',
    ...(cause !== undefined && { cause }),
  })
}
