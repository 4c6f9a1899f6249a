import { readTextFile } from '../config/read-text.ts'
import { ownValue } from '../config/table.ts'
import type { ModuleContribution } from '../kernel/registry.ts'
import { CodexError, isCodexError, type ObserverContext } from '../plugin-api/index.ts'
import type { AuditLog } from '../security/audit/open-audit.ts'
import type { Kernel } from './load-kernel.ts'
import { originsOf, textsIn } from './named-origins.ts'
import { createRecordedSend } from './recorded-send.ts'

interface ObserverDeps {
  readonly settings: Readonly<Record<string, unknown>>
  readonly kernel: Kernel
  readonly audit: AuditLog
  /** Whose audit records its requests are. */
  readonly threadId: string
}

/** All that an observer reaches: addresses and files that the user's settings, or a variable that its manifest names, have. */
export function createObserverContext(
  { id, entry }: ModuleContribution<'observers'>,
  { settings, kernel, audit, threadId }: ObserverDeps,
): ObserverContext {
  const { env, originator, version } = kernel.options
  const variables = new Set(entry.env)
  const texts = new Set([...textsIn(settings), ...entry.env.flatMap((name) => ownValue(env, name)?.trim() ?? [])])
  const origins = originsOf(texts)
  const why = { layer: `observer ${id}`, rule: 'endpoint', reason: 'The configuration names this host.' }
  const send = createRecordedSend({ send: kernel.send, audit, threadId, why })
  return {
    settings,
    originator,
    version,
    env: (name) => (variables.has(name) ? ownValue(env, name) : undefined),
    keepSecret: (text) => kernel.credentials.remember(text),
    async file(path) {
      if (!texts.has(path)) throw elsewhere(path, id)
      return await readTextFile(path).catch((cause: unknown) => {
        if (isCodexError(cause)) throw cause
        throw new CodexError('config.unreadable', `${path} cannot be read: ${String(cause)}`, { cause })
      })
    },
    async fetch(address, request) {
      const url = new URL(address)
      if (!origins.has(url.origin)) throw elsewhere(url.origin, id)
      return await send(url, request)
    },
  }
}

function elsewhere(what: string, id: string): CodexError {
  return new CodexError(
    'permission.denied',
    `${what} is not named in the configuration, so the observer ${id} may not reach it`,
  )
}
