import type { Client } from '@modelcontextprotocol/sdk/client/index.js'
import type { Connection } from './connect-server.ts'
import { httpAnswer } from './http-answer.ts'
import { raceAbort } from './race-abort.ts'

/** A server that is connected anew where it has ended, or has forgotten the session. */
export interface LiveConnection {
  /** The newest one's. */
  readonly client: Client
  /** The newest one's. */
  readonly held: string
  /** The newest one's. */
  takeRefusedHosts(): readonly string[]
  /**
   * Asks the server. One that has ended before is started again, once for a call. What it was asked when it ended is not asked again,
   * since it may have been done; what a server over HTTP refused because it does not know the session any more (404) is, once.
   * @throws Error that says in one line what is wrong; what `work` throws; the abort reason
   */
  use<Result>(work: (client: Client) => Promise<Result>, signal: AbortSignal): Promise<Result>
  close(): Promise<void>
}

export interface LiveConnectionDeps {
  readonly name: string
  connect(): Promise<Connection>
  /** Told once another connection is there. */
  renewed(why: string): Promise<void>
}

/** Connects. @throws what `connect` throws */
export async function openLiveConnection({ name, connect, renewed }: LiveConnectionDeps): Promise<LiveConnection> {
  let current = await connect()
  let renewing: Promise<void> | undefined
  let isClosed = false

  const replace = async (old: Connection, why: string): Promise<void> => {
    await old.close()
    try {
      current = await connect()
    } catch (error) {
      throw new Error(`The MCP server ${name} is gone: ${why}. It was not to be reached again: ${messageOf(error)}`)
    }
    if (isClosed) return await current.close()
    await renewed(why)
  }
  /** Calls that find the same connection gone share one attempt. */
  const renew = async (old: Connection, why: string, signal: AbortSignal): Promise<void> => {
    if (old !== current) return
    renewing ??= replace(old, why).finally(() => {
      renewing = undefined
    })
    await raceAbort(renewing, signal)
  }

  return {
    get client() {
      return current.client
    },
    get held() {
      return current.held
    },
    takeRefusedHosts: () => current.takeRefusedHosts(),
    async use(work, signal) {
      const before = current
      const gone = await before.ended()
      if (gone !== undefined) await renew(before, gone, signal)
      const asked = current
      try {
        return await work(asked.client)
      } catch (error) {
        signal.throwIfAborted()
        if (gone === undefined && isForgotten(error)) {
          await renew(asked, 'it does not know the session any more', signal)
          return await work(current.client).catch((again: unknown) => {
            throw inPlainWords(again)
          })
        }
        const ended = await asked.ended()
        if (ended !== undefined) throw new Error(`The MCP server ${name} ended during the call: ${ended}`)
        throw inPlainWords(error)
      }
    },
    async close() {
      isClosed = true
      await current.close()
    },
  }
}

/** What a server answers that has ended the session (MCP specification, "Session Management"). */
function isForgotten(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 404
}

/** The error, where it is no answer over HTTP that is no message. */
function inPlainWords(error: unknown): unknown {
  const answer = httpAnswer(error)
  return answer === undefined ? error : new Error(answer, { cause: error })
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
