import { type Board, createBoard } from './board.ts'
import { createFloodWatch, type FloodWatch, type MessageLimits } from './flood-watch.ts'
import { createQuestions, type Questions } from './questions.ts'
import { createSharedFindings, type SharedFindings } from './shared-findings.ts'

/** What the agents of one run share when they talk to each other. */
export interface Team {
  readonly board: Board
  readonly questions: Questions
  readonly flood: FloodWatch
  readonly findings: SharedFindings
  /** Id of the next message: `m1`, `m2` and so on. */
  nextId(): string
}

/** @param nowMs milliseconds of a clock that does not go back */
export function createTeam(limits: MessageLimits, nowMs: () => number): Team {
  let messages = 0
  return {
    board: createBoard(),
    questions: createQuestions(),
    flood: createFloodWatch(limits, nowMs),
    findings: createSharedFindings(),
    nextId: () => `m${++messages}`,
  }
}
