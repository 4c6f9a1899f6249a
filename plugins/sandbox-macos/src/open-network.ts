import { createServer, type Socket } from 'node:net'
import { CodexError, type OpenSandboxNetwork, type RelayConnection } from 'codex-kernel/plugin-api'

/**
 * A relay's place for commands: a port of the machine's own loopback, the only one that their profile lets them reach. Other programs of the
 * machine reach it too, and get from it what a command would.
 * @throws CodexError `sandbox.failed`; the abort reason
 */
export async function openNetwork(
  accept: (connection: RelayConnection) => void,
  signal: AbortSignal,
): Promise<OpenSandboxNetwork> {
  signal.throwIfAborted()
  const connections = new Set<Socket>()
  const server = createServer((socket) => {
    connections.add(socket)
    socket.on('close', () => connections.delete(socket))
    // Who reads the connection is told by its end.
    socket.on('error', () => undefined)
    accept(socket)
  })
  const relayPort = await new Promise<number>((resolve, reject) => {
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      if (address === null || typeof address === 'string') reject(new TypeError('a TCP server has a port'))
      else resolve(address.port)
    })
  }).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new CodexError('sandbox.failed', `No port for the relay of the network: ${reason}`, { cause })
  })
  server.unref()
  const close = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    for (const connection of connections) connection.destroy()
    await closed
  }
  if (signal.aborted) await close()
  signal.throwIfAborted()
  return { network: { relayPort }, close }
}
