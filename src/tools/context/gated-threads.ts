import type { GatedThreads } from '../../plugin-api/index.ts'
import type { ActionScope } from './gated-action.ts'

export interface DelegateRequest {
  readonly agent: string
  readonly prompt: string
}

/** Runs another agent as a thread of its own, within this thread's permissions. */
export type Delegate = (
  request: DelegateRequest,
  signal: AbortSignal,
) => Promise<{ readonly threadId: string; readonly text: string }>

export function createGatedThreads(actions: ActionScope, delegate: Delegate, signal: AbortSignal): GatedThreads {
  return {
    run: (request) =>
      actions.perform(
        { kind: 'delegate', agent: request.agent },
        () => delegate(request, signal),
        (result) => `thread ${result.threadId}`,
      ),
  }
}
