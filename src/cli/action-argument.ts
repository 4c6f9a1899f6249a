import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { CodexError } from '../plugin-api/errors.ts'
import type { Action, NetworkProtocol } from '../plugin-api/index.ts'
import { quoteWords } from './quote-words.ts'

/** The action that words on a command line mean: a kind, and what it is about. @throws CodexError `usage.arguments` */
export function actionArgument(words: readonly string[], cwd: string): Action {
  const [kind = '', ...rest] = words
  const [subject] = rest
  if (subject === undefined || subject.trim() === '') throw unreadable(words)
  const path = resolve(cwd, subject)
  switch (kind) {
    case 'read':
      return { kind, path }
    case 'write':
      return { kind, path, change: existsSync(path) ? 'update' : 'create' }
    case 'delete':
      return { kind: 'write', path, change: 'delete' }
    case 'exec':
      return { kind, script: rest.length === 1 ? subject : quoteWords(rest), shell: '/bin/bash', cwd }
    case 'network':
      return { kind, ...request(rest, words) }
    case 'tool':
      return { kind, tool: subject }
    case 'delegate':
      return { kind, agent: subject }
    default:
      throw unreadable(words)
  }
}

/** By itself one is no host. */
const methods: readonly string[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'CONNECT']

/** How it is spoken to, by the scheme of the address. */
const protocols: Readonly<Record<string, { readonly protocol: NetworkProtocol; readonly port: number | undefined }>> = {
  'http:': { protocol: 'http', port: 80 },
  'https:': { protocol: 'https', port: 443 },
  'socks5:': { protocol: 'socks5_tcp', port: undefined },
  'socks5h:': { protocol: 'socks5_tcp', port: undefined },
}

/** A request as the relay and the tools have it decided; a tunnel by SOCKS is a CONNECT. */
function request(rest: readonly string[], words: readonly string[]) {
  const [method, place] = rest.length === 1 ? [undefined, rest[0] ?? ''] : [rest[0] ?? '', rest[1] ?? '']
  if (methods.includes(place)) throw unreadable(words)
  const url = URL.parse(place.includes('://') ? place : `https://${place}`)
  if (url === null) throw unreadable(words)
  const way = protocols[url.protocol]
  if (way === undefined) throw unspoken(place, `Nothing reaches a host by ${url.protocol}//`)
  const isTunnel = way.protocol === 'socks5_tcp'
  const port = Number(url.port) || way.port
  if (port === undefined) throw unspoken(place, 'A tunnel by SOCKS goes to a port, which is not said')
  const asked = (method ?? (isTunnel ? 'CONNECT' : 'GET')).toUpperCase()
  if (isTunnel && asked !== 'CONNECT') throw unspoken(place, `In a tunnel by SOCKS no ${asked} can be seen`)
  // An address of a scheme that is not the web's stays as it was typed (`0x7f.1`): the relay reads it as one of the web's.
  const host = isTunnel ? URL.parse(`http://${url.host}`)?.hostname : url.hostname
  if (host === undefined) throw unreadable(words)
  return { method: asked, host, port, protocol: way.protocol }
}

function unspoken(place: string, problem: string): CodexError {
  return new CodexError('usage.arguments', `${problem}: ${place}`, {
    hint: 'Write http://HOST[:PORT], https://HOST[:PORT], socks5://HOST:PORT, or HOST[:PORT], which is https.',
  })
}

function unreadable(words: readonly string[]): CodexError {
  return new CodexError('usage.arguments', `"${words.join(' ')}" is no action`, {
    hint: 'One of: read FILE, write FILE, delete FILE, exec COMMAND, network [METHOD] HOST[:PORT], tool NAME, delegate AGENT',
  })
}
