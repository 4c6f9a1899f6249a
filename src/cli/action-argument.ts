import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { CodexError } from '../plugin-api/errors.ts'
import type { Action } from '../plugin-api/index.ts'
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

function request(rest: readonly string[], words: readonly string[]) {
  const [method, place] = rest.length === 1 ? ['GET', rest[0] ?? ''] : [rest[0] ?? '', rest[1] ?? '']
  if (methods.includes(place)) throw unreadable(words)
  const url = URL.parse(place.includes('://') ? place : `https://${place}`)
  if (url === null) throw unreadable(words)
  const protocol = ({ 'http:': 'http', 'https:': 'https' } as const)[url.protocol]
  return {
    method: method.toUpperCase(),
    host: url.hostname,
    port: Number(url.port || (url.protocol === 'http:' ? 80 : 443)),
    ...(protocol !== undefined && { protocol }),
  }
}

function unreadable(words: readonly string[]): CodexError {
  return new CodexError('usage.arguments', `"${words.join(' ')}" is no action`, {
    hint: 'One of: read FILE, write FILE, delete FILE, exec COMMAND, network [METHOD] HOST[:PORT], tool NAME, delegate AGENT',
  })
}
