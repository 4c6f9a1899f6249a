import type { GatedThreads, TraceContext } from '../../plugin-api/index.ts'
import type { ActionScope } from './gated-action.ts'

export interface DelegateRequest {
  readonly agent: string
  readonly prompt: string
}

/** Runs another agent as a thread of its own, within this thread's permissions. Its trace belongs under that of the call, where there is one. */
export type Delegate = (
  request: DelegateRequest,
  trace: TraceContext | undefined,
  signal: AbortSignal,
) => Promise<{ readonly threadId: string; readonly text: string }>

export function createGatedThreads(
  actions: ActionScope,
  { delegate, trace }: { readonly delegate: Delegate; readonly trace: TraceContext | undefined },
  signal: AbortSignal,
): GatedThreads {
  return {
    run: (request) =>
      actions.perform(
        { kind: 'delegate', agent: request.agent },
        () => delegate(request, trace, signal),
        (result) => `thread ${result.threadId}`,
      ),
  }
}
