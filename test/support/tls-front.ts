import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { createServer } from 'node:tls'

/** Made for these tests, for localhost and 127.0.0.1, until 2120; it signs itself and proves nothing. */
const key = [
  'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgH6vpWOi+TlWuDCpNnxk4xJmh4AfqxwB8qAMRg1+eb0yhRANCAAQL',
  '/mnjWY02nuts9F9BBL4DQtcxjoGA4molYAuLHGorqsxtDxM+EYKYzQCtyqBwwY99Z+Lq1LlWp/bVugv3bjfY',
].join('')
const certificate = [
  'MIIBezCCASCgAwIBAgIUR9HZ+JT/ss+6QF/RFEf/6es1UCIwCgYIKoZIzj0EAwIwFDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTIw',
  'MDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAwWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC',
  'AAQL/mnjWY02nuts9F9BBL4DQtcxjoGA4molYAuLHGorqsxtDxM+EYKYzQCtyqBwwY99Z+Lq1LlWp/bVugv3bjfYo04wTDAPBgNV',
  'HRMBAf8EBTADAQH/MBoGA1UdEQQTMBGCCWxvY2FsaG9zdIcEfwAAATAdBgNVHQ4EFgQUV5xh2DP5vV9Bm/yTa1N9igj/PfUwCgYI',
  'KoZIzj0EAwIDSQAwRgIhAKDdN+aBC5mNik3WiS5JTBQPKkP3csCUZ3MffTn/pv8kAiEA65YuL4OJxKC4uKxqHx+wRGdf77r9gak9',
  'sSaW7SwFmM0=',
].join('')

const armoured = (kind: string, body: string) => `-----BEGIN ${kind}-----\n${body}\n-----END ${kind}-----\n`

/** The certificate of `tlsFront`, as a PEM file has it. */
export const testCertificate = armoured('CERTIFICATE', certificate)

/** TLS in front of a server, with a certificate that nobody trusts. @param url of the server, with a port */
export async function tlsFront(url: string): Promise<{ readonly url: string; close(): void }> {
  const target = new URL(url)
  const options = { key: armoured('PRIVATE KEY', key), cert: testCertificate }
  const server = createServer(options, (socket) => {
    const behind = connect(Number(target.port), '127.0.0.1')
    socket.on('error', () => behind.destroy()).on('close', () => behind.destroy())
    behind.on('error', () => socket.destroy())
    socket.pipe(behind).pipe(socket)
  })
  server.on('tlsClientError', () => {})
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // it listens on a port
  return { url: `https://127.0.0.1:${port}${target.pathname}`, close: () => void server.close() }
}
