import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { openNetwork } from './open-network.ts'

const signal = new AbortController().signal

test('each connection is handed over, on the loopback alone, until the network is closed', async () => {
  const opened = await openNetwork(async (connection) => {
    try {
      for await (const bytes of connection) connection.write(Buffer.concat([Buffer.from('heard '), bytes]))
    } catch {
      // Closed while it was open: the end of this test.
    }
  }, signal)
  const { relayPort } = opened.network
  const socket = connect(relayPort, '127.0.0.1')
  socket.write('hello')
  const [first] = await socket.take(1).toArray()
  expect(String(first)).toBe('heard hello')
  const open = connect(relayPort, '127.0.0.1')
  await new Promise((resolve) => open.on('connect', resolve))
  await opened.close()
  await text(open).catch(() => '')
  await expect(
    new Promise((resolve, reject) => connect(relayPort, '127.0.0.1').on('connect', resolve).on('error', reject)),
  ).rejects.toThrow('ECONNREFUSED')
})

test('an abort opens nothing', async () => {
  await expect(openNetwork(() => undefined, AbortSignal.abort(new Error('stop')))).rejects.toThrow('stop')
})
