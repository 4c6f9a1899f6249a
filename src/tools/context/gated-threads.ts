import type { Finding, GatedThreads, ThreadItemBody, TraceContext } from '../../plugin-api/index.ts'
import type { ActionScope } from './gated-action.ts'

export interface DelegateRequest {
  readonly agent: string
  readonly prompt: string
}

/** The call that hands work on. */
export interface DelegatingCall {
  /** What the other thread's trace belongs under, where there is one. */
  readonly trace: TraceContext | undefined
  /** Told of each finding of the other thread, and of those that it handed work to, as it is reported there. */
  found(finding: Finding): void
  /** The same of what the gate refused there. */
  denied(denial: DenialItem): void
}

/** A refusal as the stream of a thread has it. */
export type DenialItem = Extract<ThreadItemBody, { type: 'denial' }>

/** Runs another agent as a thread of its own, within this thread's permissions. */
export type Delegate = (
  request: DelegateRequest,
  call: DelegatingCall,
  signal: AbortSignal,
) => Promise<{ readonly threadId: string; readonly text: string }>

export function createGatedThreads(
  actions: ActionScope,
  { delegate, ...call }: DelegatingCall & { readonly delegate: Delegate },
  signal: AbortSignal,
): GatedThreads {
  return {
    run: (request) =>
      actions.perform(
        { kind: 'delegate', agent: request.agent },
        () => delegate(request, call, signal),
        (result) => `thread ${result.threadId}`,
      ),
  }
}
