import { once } from 'node:events'
import { createServer, request as forward } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'

/** What a proxy was asked. */
export interface ProxiedRequest {
  /** `CONNECT host:port`, or the method and the whole URL. */
  readonly line: string
  /** `user:password`, decoded; undefined where none came. */
  readonly credentials: string | undefined
}

/** A forwarding proxy on the loopback, for plain requests and tunnels. @param options `credentials`: as `user:password`, wanted of everybody */
export async function startProxy(options: { readonly credentials?: string } = {}) {
  const requests: ProxiedRequest[] = []
  const sockets = new Set<Socket>()
  const isWelcome = (line: string, header: string | undefined): boolean => {
    const credentials = header && Buffer.from(header.replace(/^Basic /, ''), 'base64').toString()
    requests.push({ line, credentials })
    return options.credentials === undefined || options.credentials === credentials
  }
  const server = createServer((incoming, response) => {
    const { method, url = '', headers } = incoming
    if (!isWelcome(`${method} ${url}`, headers['proxy-authorization'])) {
      response.writeHead(407, { 'proxy-authenticate': 'Basic' }).end()
      return
    }
    const onward = forward(url, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => response.destroy())
    incoming.pipe(onward)
  })
  server.on('connection', (socket) => sockets.add(socket))
  server.on('connect', ({ url = '', headers }, socket: Socket) => {
    if (!isWelcome(`CONNECT ${url}`, headers['proxy-authorization'])) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic\r\ncontent-length: 0\r\n\r\n')
      return
    }
    const [host, port] = url.split(':')
    const behind = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      socket.pipe(behind).pipe(socket)
    })
    behind.on('error', () => socket.destroy())
    socket.on('error', () => behind.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // it listens on a port
  return {
    host: `127.0.0.1:${port}`,
    requests,
    close() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}
