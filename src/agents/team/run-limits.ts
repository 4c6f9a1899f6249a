import { CodexError } from '../../plugin-api/errors.ts'
import { grouped } from '../../plugin-api/grouped.ts'

/** What the agents of one run may do together. */
export interface RunLimits {
  /** Requests to models, of all of them. */
  readonly maxRequests: number
  /** Milliseconds from the beginning of the run. Absent: no bound. */
  readonly maxMs?: number
}

/** Counts what the agents of a run do together. A thread that hands nothing on is no run of agents: it has the limits of its turn alone. */
export interface RunMeter {
  /** Before a request to a model. @throws CodexError `budget.requests`, `budget.time` where the run has several agents */
  mayAsk(hasAgents: boolean): void
  /** Milliseconds that are left, 0 where none are. Undefined: there is no bound. */
  leftMs(): number | undefined
}

/** @param nowMs milliseconds of a clock that does not go back */
export function createRunMeter({ maxRequests, maxMs }: RunLimits, nowMs: () => number): RunMeter {
  const begunMs = nowMs()
  let requests = 0
  const leftMs = () => (maxMs === undefined ? undefined : Math.max(0, maxMs - (nowMs() - begunMs)))
  return {
    leftMs,
    mayAsk(hasAgents) {
      if (hasAgents && requests >= maxRequests) throw tooManyRequests(maxRequests)
      if (hasAgents && leftMs() === 0) throw timeIsOver(maxMs ?? 0)
      requests += 1
    },
  }
}

/** The time of a run is over. */
export function timeIsOver(maxMs: number): CodexError {
  return new CodexError('budget.time', `The agents of this run took longer than ${maxMs / 1000} seconds`, {
    hint: 'Resume the thread to go on, ask for less at once, or raise agents.max_run_seconds.',
  })
}

function tooManyRequests(maxRequests: number): CodexError {
  const count = grouped(maxRequests)
  return new CodexError(
    'budget.requests',
    `The agents of this run made ${count} model requests, which is their limit`,
    {
      hint: 'Resume the thread to go on, ask for less at once, or raise agents.max_run_requests.',
    },
  )
}
