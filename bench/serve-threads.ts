import { setTimeout as delay } from 'node:timers/promises'
import { type ModelTurn, type RecordedRequest, startModelServer } from '../test/support/model-server.ts'

/** What a thread is answered, one turn a request; the last one again where more are asked. A function gets the request. */
export interface ThreadScript {
  /** Text in the first request of the threads that it is for. Of several the first one counts. */
  readonly said: string
  readonly turns: readonly (ModelTurn | ((request: RecordedRequest) => ModelTurn))[]
  /** How long the model thinks before each answer. Absent: not at all. */
  readonly delayMs?: number
}

/** A request as it came in. */
export interface Arrival {
  /** `said` of the script that answers it. */
  readonly said: string
  readonly thread: string
  /** Of the thread, from 1. */
  readonly number: number
  /** On the clock of `performance.now()`. */
  readonly atMs: number
}

export interface ThreadServer {
  readonly url: string
  /** What came in since this was last asked. */
  takeArrivals(): readonly Arrival[]
  close(): Promise<void>
}

/** A model server whose threads are answered each by its own script, whatever the order in which they ask. */
export async function serveThreads(scripts: readonly ThreadScript[]): Promise<ThreadServer> {
  const threads = new Map<string, { readonly script: ThreadScript; count: number }>()
  let arrivals: Arrival[] = []
  const answer = (request: RecordedRequest): ModelTurn => {
    const atMs = performance.now()
    const thread = String(request.body.prompt_cache_key)
    const known = threads.get(thread) ?? { script: scriptFor(request, scripts), count: 0 }
    known.count += 1
    threads.set(thread, known)
    const { said, turns, delayMs } = known.script
    arrivals.push({ said, thread, number: known.count, atMs })
    const turn = turns[known.count - 1] ?? turns.at(-1)
    if (turn === undefined) throw new Error(`nothing is scripted for ${said}`)
    const whole = typeof turn === 'function' ? turn(request) : turn
    return delayMs === undefined ? whole : { ...whole, hold: (index) => (index === 0 ? delay(delayMs) : undefined) }
  }
  const server = await startModelServer([answer], { whenSpent: 'repeat' })
  return {
    url: server.url,
    takeArrivals() {
      const taken = arrivals
      arrivals = []
      return taken
    },
    close: server.close,
  }
}

function scriptFor({ body }: RecordedRequest, scripts: readonly ThreadScript[]): ThreadScript {
  const text = JSON.stringify(body.input)
  const found = scripts.find(({ said }) => text.includes(said))
  if (!found) throw new Error(`no script is for a thread that begins with ${text.slice(-200)}`)
  return found
}
