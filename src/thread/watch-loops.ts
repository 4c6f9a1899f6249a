import { createHash } from 'node:crypto'
import { CodexError, type ToolCallItem, type ToolCallOutputItem } from '../plugin-api/index.ts'

/** How often the same round may come again: calls of one answer, with their arguments and results. */
export interface LoopLimits {
  /** Equal rounds after which the outputs say so. */
  readonly hintAfter: number
  /** Equal rounds after which the turn stops. */
  readonly stopAfter: number
  /** The same for rounds that only wait; the hint comes after half of them. */
  readonly pollingStopAfter: number
}

/** Watches a turn for rounds that repeat, alone or by turns (A-B-A-B). */
export interface LoopWatch {
  /** Before the calls of an answer run. */
  begin(calls: readonly ToolCallItem[]): void
  /** The output as the model gets it: with a hint behind it where it is what the model has been given again and again. */
  told(call: ToolCallItem, output: ToolCallOutputItem): ToolCallOutputItem
  /** When all have run. @throws CodexError `thread.loop` */
  end(): void
}

/** The calls of one answer, and what they gave, by call. */
interface Round {
  readonly calls: string
  readonly isPolling: boolean
  readonly names: string
  readonly results: Map<string, string>
}

/** Longest sequence of rounds that is looked for. */
const longestPeriod = 4
/** Tools that wait for something that goes on by itself. */
const waitingTools: ReadonlySet<string> = new Set(['wait', 'wait_agent'])

/** Watches nothing where there are no limits. */
export function watchLoops(limits: LoopLimits | undefined): LoopWatch {
  if (!limits) return { begin: () => undefined, told: (_, output) => output, end: () => undefined }
  const rounds: Round[] = []
  let current: Round | undefined
  let expected: { readonly round: Round; readonly repeats: number } | undefined
  return {
    begin(calls) {
      current = {
        calls: calls.map(keyOf).sort().join('\n'),
        isPolling: calls.every(isPolling),
        names: [...new Set(calls.map(({ name }) => name))].join(', '),
        results: new Map(),
      }
      expected = expectedRound(current, rounds)
    },
    told(call, output) {
      const key = keyOf(call)
      const result = digest(`${lastingText(output.output)}${JSON.stringify(output.images ?? [])}`)
      current?.results.set(key, result)
      if (!expected || expected.round.results.get(key) !== result) return output
      const { repeats, round } = expected
      if (repeats < (round.isPolling ? Math.ceil(limits.pollingStopAfter / 2) : limits.hintAfter)) return output
      return { ...output, output: `${output.output}\n\n${hintText(repeats, stopAfter(round, limits))}` }
    },
    end() {
      if (!current) return
      rounds.push(current)
      if (rounds.length > limits.pollingStopAfter * longestPeriod + 1) rounds.shift()
      const { count, cycle } = repetition(rounds)
      const isWaiting = cycle.some((round) => round.isPolling)
      const bound = isWaiting ? limits.pollingStopAfter : limits.stopAfter
      if (count >= bound) throw loop(cycle, count)
    },
  }
}

/** The earlier round that this one has the calls of, and how often its cycle would have come with it. */
function expectedRound(current: Round, rounds: readonly Round[]): { round: Round; repeats: number } | undefined {
  const found = periods(rounds.length).flatMap((period) => {
    const round = rounds.at(-period)
    if (round?.calls !== current.calls) return []
    return [{ round, repeats: Math.floor((matchedTail(rounds, period) + 1) / period) + 1 }]
  })
  return found.sort((a, b) => b.repeats - a.repeats)[0]
}

/** How often the last rounds came, one behind the other: 1 where they came once. */
function repetition(rounds: readonly Round[]): { readonly count: number; readonly cycle: readonly Round[] } {
  const found = periods(rounds.length - 1).map((period) => ({
    count: Math.floor(matchedTail(rounds, period) / period) + 1,
    cycle: rounds.slice(-period),
  }))
  return found.sort((a, b) => b.count - a.count)[0] ?? { count: 1, cycle: rounds.slice(-1) }
}

function periods(longest: number): readonly number[] {
  return Array.from({ length: Math.max(0, Math.min(longestPeriod, longest)) }, (_, index) => index + 1)
}

/** How many rounds at the end are each as the one that was `period` before it. */
function matchedTail(rounds: readonly Round[], period: number): number {
  let count = 0
  while (isSame(rounds.at(-1 - count), rounds.at(-1 - count - period))) count += 1
  return count
}

function isSame(a: Round | undefined, b: Round | undefined): boolean {
  if (!a || !b || a.calls !== b.calls || a.results.size !== b.results.size) return false
  return [...a.results].every(([key, result]) => b.results.get(key) === result)
}

function keyOf(call: ToolCallItem): string {
  return digest(`${call.name}\n${call.type === 'function_call' ? call.arguments : call.input}`)
}

/** Leaves out what is different each time although nothing has changed: how long a command took, the name of its piece of output, and of the file with all of it. */
function lastingText(output: string): string {
  return output.replace(/^(?:Chunk ID|Wall time): .*$|; read_file has all of it: .* \.\.\.$/gm, '')
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64')
}

/** True for a call that looks whether something has come: its result may well be the same many times. */
function isPolling(call: ToolCallItem): boolean {
  if (waitingTools.has(call.name)) return true
  if (call.name !== 'write_stdin' || call.type !== 'function_call') return false
  try {
    const given = JSON.parse(call.arguments) as { chars?: unknown } | null // the field is checked here
    return given?.chars === undefined || given.chars === ''
  } catch {
    return false // no JSON: the dispatcher says so
  }
}

function stopAfter(round: Round, limits: LoopLimits): number {
  return round.isPolling ? limits.pollingStopAfter : limits.stopAfter
}

function hintText(repeats: number, limit: number): string {
  return `Note: this call has now given the same result ${repeats} times. Repeating it will not change that, and after ${limit} times the turn is stopped. Do something else: other arguments, another tool, or answer with what is known.`
}

function loop(cycle: readonly Round[], count: number): CodexError {
  const names = cycle.map((round) => round.names).join(', then ')
  return new CodexError(
    'thread.loop',
    `The model called ${names} ${count} times with the same arguments and the same results, so the turn was stopped`,
    {
      hint: 'Resume the thread and say what to do instead, or raise loop_detection.stop_after.',
    },
  )
}
