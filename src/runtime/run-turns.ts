import { CodexError } from '../plugin-api/errors.ts'
import type { RunningThread, ThreadEvent, ThreadRequest } from '../plugin-api/index.ts'
import { createTurnInbox, idle } from '../thread/turn-inbox.ts'
import type { Tape } from './recording/tape.ts'
import { startThread, type ThreadDeps } from './start-thread.ts'

/** Runs a turn, then one for each message that was queued meanwhile, as one stream with one beginning. */
export function runTurns(
  request: ThreadRequest,
  deps: Omit<ThreadDeps, 'inbox' | 'isQueued'>,
  signal: AbortSignal,
): RunningThread {
  const inbox = createTurnInbox()
  const queued: string[] = []
  let isOver = false
  async function* events(): AsyncGenerator<ThreadEvent> {
    let asked: ThreadRequest = request
    let threadId: string | undefined
    let tape: Tape | undefined
    try {
      tape = request.record || request.replay ? await openTapeOf(request, deps) : undefined
      const run = tape?.asked(request) ?? request
      asked = run
      if (!request.ephemeral) queued.push(...(tape?.queued ?? []))
      for (;;) {
        let isCompleted = false
        const isFirst = threadId === undefined
        for await (const event of begin(asked, { ...deps, tape, inbox, isQueued: !isFirst }, signal)) {
          if (event.type === 'turn.completed') isCompleted = true
          if (event.type === 'thread.started') threadId = event.thread_id
          if (isFirst || event.type !== 'thread.started') yield event
        }
        // What nobody took comes before what was to come later.
        queued.unshift(...inbox.close())
        const next = isCompleted && !signal.aborted ? queued.shift() : undefined
        if (next === undefined || threadId === undefined) return
        asked = following(run, next, threadId)
      }
    } finally {
      isOver = true
      queued.unshift(...inbox.close())
      await tape?.close()
    }
  }
  const stream = events()
  return {
    [Symbol.asyncIterator]: () => stream,
    steer: (message) => inbox.add(message),
    queue({ text }) {
      if (isOver) throw idle()
      if (request.ephemeral) throw notKept()
      queued.push(text)
    },
    get queued() {
      return queued
    },
  }
}

/** A turn of a recording of which nothing is carried out has its own way. */
function begin(asked: ThreadRequest, deps: ThreadDeps, signal: AbortSignal): AsyncGenerator<ThreadEvent> {
  const { tape, isQueued } = deps
  const way = isQueued ? 'queue' : 'prompt'
  return tape?.runTurn(asked, { way, asked: asked.input }, signal) ?? startThread(asked, deps, signal)
}

/** Few runs are recorded or replayed. */
async function openTapeOf(request: ThreadRequest, deps: ThreadDeps): Promise<Tape> {
  const { openTape } = await import('./recording/open-tape.ts')
  return await openTape(request, deps)
}

/** What was said of the first turn's own prompt is not said of the next one's. */
function following(request: ThreadRequest, input: string, resume: string): ThreadRequest {
  const { argv: _argv, paths: _paths, images: _images, selection: _selection, readSelection: _read, ...rest } = request
  return { ...rest, input, resume }
}

function notKept(): CodexError {
  return new CodexError('thread.not_kept', 'This thread keeps no record (--ephemeral), so no turn can follow', {
    hint: 'Steer the turn while it runs, or leave --ephemeral out.',
  })
}
