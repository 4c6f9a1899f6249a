import { Worker } from 'node:worker_threads'
import type { ScanRule } from './scan-rule.ts'
import { progressFields, type ScanAnswer, type ScanTask, type WorkerSetup } from './scan-task.ts'
import type { TextScan } from './scan-text.ts'

/** How a text was scanned, and what had to be left out of it. */
export interface PoolScan {
  /** Absent where the text could not be read as code in time. */
  readonly scan?: TextScan
  /** What did not come to its end on this text, with the reason; `rule` is absent for the reading itself. */
  readonly stopped: readonly { readonly rule?: string; readonly problem: string }[]
}

export interface ScanPool {
  /** Scans a text in a thread that is free, or as soon as one is. @throws the abort reason */
  scan(task: ScanTask): Promise<PoolScan>
  /** Ends all threads. */
  close(): void
}

export interface ScanPoolOptions {
  readonly threads: number
  /** Milliseconds of computing that one rule may take on one file, and that reading the file may take; on the clock ten times as many. */
  readonly stepTimeoutMs: number
  /** True to measure texts too. Default false. */
  readonly measures?: boolean
}

/** A text on which this many steps were stopped is given up, and so is a rule that was stopped on as many texts. */
const maxStopped = 3
const watchEveryMs = 100
/** On a machine that is busy with other things a step takes longer, and is not to blame; one that waits for ever has an end all the same. */
const maxClockFactor = 10
/** Until a thread has loaded what it needs; a machine may be busy. */
const startTimeoutMs = 60_000
/** V8's heap of one thread; the syntax trees lie outside of it. */
const maxHeapMb = 256

interface Thread {
  readonly worker: Worker
  readonly fields: Int32Array
  /** The step that was seen last, since when, and what of the processors it has had since. */
  seenStep: number
  seenAtMs: number
  usedMs: number
  finish?: (answer: ScanAnswer | Stop) => void
}

/** Where a thread was when it was ended. */
interface Stop {
  readonly stoppedRule: string | undefined
  readonly reason: string
}

/**
 * Threads that scan texts. A thread that stays in one step for too long, or dies, is ended; the text is scanned again
 * in another one without that rule. Threads start when there is work for them.
 */
export function openScanPool(rules: readonly ScanRule[], options: ScanPoolOptions, signal: AbortSignal): ScanPool {
  const threads = new Set<Thread>()
  const idle: Thread[] = []
  const waiting: PromiseWithResolvers<Thread>[] = []
  const stopsOfRule = new Map<string, number>()
  const clock = { cpu: process.cpuUsage() }
  const watch = setInterval(() => {
    const nowMs = performance.now()
    const { user, system } = process.cpuUsage(clock.cpu)
    clock.cpu = process.cpuUsage()
    // A thread in native code answers no question, so that each that works is taken to have had the same share.
    const busy = [...threads].filter((thread) => thread.finish)
    for (const thread of busy) endIfStuck(thread, nowMs, (user + system) / 1000 / busy.length)
  }, watchEveryMs)
  watch.unref()
  const abort = (): void => close()
  signal.addEventListener('abort', abort, { once: true })
  return { scan, close }

  async function scan(task: ScanTask): Promise<PoolScan> {
    const stopped: { rule?: string; problem: string }[] = []
    for (;;) {
      const givenUp = [...stopsOfRule].flatMap(([id, count]) => (count >= maxStopped ? [id] : []))
      const withoutRules = [
        ...new Set([...task.withoutRules, ...givenUp, ...stopped.flatMap(({ rule }) => rule ?? [])]),
      ]
      const answer = await runOnce({ ...task, withoutRules })
      if ('scan' in answer) return { scan: answer.scan, stopped }
      if ('problem' in answer) return { stopped: [...stopped, { problem: answer.problem }] }
      const { stoppedRule: rule, reason } = answer
      if (rule === undefined) return { stopped: [...stopped, { problem: reason }] }
      stopsOfRule.set(rule, (stopsOfRule.get(rule) ?? 0) + 1)
      stopped.push({ rule, problem: reason })
      if (stopped.length >= maxStopped) return { stopped: [...stopped, { problem: 'too many rules were stopped' }] }
    }
  }

  async function runOnce(task: ScanTask): Promise<ScanAnswer | Stop> {
    signal.throwIfAborted()
    const thread = await freeThread()
    signal.throwIfAborted()
    const { promise, resolve } = Promise.withResolvers<ScanAnswer | Stop>()
    thread.seenStep = -1
    thread.finish = resolve
    thread.worker.postMessage(task)
    const answer = await promise
    signal.throwIfAborted()
    return answer
  }

  function freeThread(): Thread | Promise<Thread> {
    const free = idle.pop()
    if (free) return free
    if (threads.size < options.threads) return startThread()
    const turn = Promise.withResolvers<Thread>()
    waiting.push(turn)
    return turn.promise
  }

  function startThread(): Thread {
    const progress = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT)
    const setup: WorkerSetup = { rules, measures: options.measures ?? false, progress }
    const worker = new Worker(workerFile(import.meta.url), {
      workerData: setup,
      resourceLimits: { maxOldGenerationSizeMb: maxHeapMb },
    })
    new Int32Array(progress)[progressFields.rule] = -1
    const thread: Thread = { worker, fields: new Int32Array(progress), seenStep: -1, seenAtMs: 0, usedMs: 0 }
    threads.add(thread)
    worker.on('message', (answer: ScanAnswer) => {
      const { finish } = thread
      delete thread.finish
      release(thread)
      finish?.(answer)
    })
    worker.on('error', (error) => end(thread, `the thread ended: ${error.message}`))
    worker.on('exit', () => end(thread, 'the thread ended'))
    return thread
  }

  function release(thread: Thread): void {
    const next = waiting.shift()
    if (next) next.resolve(thread)
    else idle.push(thread)
  }

  function endIfStuck(thread: Thread, nowMs: number, shareMs: number): void {
    const step = Atomics.load(thread.fields, progressFields.step)
    if (step !== thread.seenStep) {
      thread.seenStep = step
      thread.seenAtMs = nowMs
      thread.usedMs = 0
      return
    }
    thread.usedMs += shareMs
    const onClockMs = nowMs - thread.seenAtMs
    const { stepTimeoutMs } = options
    const isStuck =
      step === 0
        ? onClockMs > startTimeoutMs
        : onClockMs > stepTimeoutMs && (thread.usedMs > stepTimeoutMs || onClockMs > maxClockFactor * stepTimeoutMs)
    if (isStuck) {
      end(thread, `it took more than ${options.stepTimeoutMs / 1000} seconds`)
    }
  }

  function end(thread: Thread, reason: string): void {
    if (!threads.delete(thread)) return
    const place = idle.indexOf(thread)
    if (place >= 0) idle.splice(place, 1)
    const rule = Atomics.load(thread.fields, progressFields.rule)
    // Native code cannot be interrupted: the thread ends when it comes back, and nobody waits for it.
    thread.worker.unref()
    void thread.worker.terminate()
    thread.finish?.({ stoppedRule: rule < 0 ? undefined : rules[rule]?.id, reason })
    waiting.shift()?.resolve(startThread())
  }

  function close(): void {
    clearInterval(watch)
    signal.removeEventListener('abort', abort)
    for (const turn of waiting.splice(0)) turn.reject(signal.reason ?? new Error('The scan was ended'))
    for (const thread of threads) end(thread, 'the scan was ended')
  }
}

/** The worker's module: beside this one in the source, in the plugin's folder once it is built, wherever the bundler put us. */
function workerFile(here: string): URL {
  if (here.endsWith('.ts')) return new URL('scan-worker.ts', here)
  return new URL(
    here.includes('/dist/chunks/') ? '../../plugins/code-scan/dist/scan-worker.js' : 'scan-worker.js',
    here,
  )
}
