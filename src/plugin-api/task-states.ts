/** How a task of a run stands; `taskTransitions` says which may follow which. */
export const taskStates = ['pending', 'assigned', 'running', 'blocked', 'done', 'failed', 'cancelled'] as const

/** How a task stands. */
export type TaskState = (typeof taskStates)[number]

/**
 * From which state a task may go to which. `running` to `assigned` is another attempt; `blocked` and `cancelled` to `pending` is a run that is
 * resumed, and nothing else leaves them.
 */
export const taskTransitions: Readonly<Record<TaskState, readonly TaskState[]>> = {
  pending: ['assigned', 'blocked', 'cancelled'],
  assigned: ['running', 'blocked', 'cancelled'],
  running: ['assigned', 'done', 'failed', 'blocked', 'cancelled'],
  blocked: ['pending'],
  done: [],
  failed: [],
  cancelled: ['pending'],
}

/** Whether a task has ended, as far as this run goes. */
export function isFinal(state: TaskState): state is FinalTaskState {
  return state === 'blocked' || state === 'done' || state === 'failed' || state === 'cancelled'
}

/** A state in which a task has ended. */
export type FinalTaskState = Extract<TaskState, 'blocked' | 'done' | 'failed' | 'cancelled'>
