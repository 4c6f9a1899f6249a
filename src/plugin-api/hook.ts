export const hookEvents = [
  'SessionStart',
  'UserPromptSubmit',
  'PreToolUse',
  'PostToolUse',
  'PermissionRequest',
  'Stop',
] as const
export type HookEvent = (typeof hookEvents)[number]

interface HookPayloadCommon {
  readonly threadId: string
  readonly turnId?: string
  readonly cwd: string
}

export interface HookPayloads {
  SessionStart: HookPayloadCommon
  UserPromptSubmit: HookPayloadCommon & { readonly prompt: string }
  PreToolUse: HookPayloadCommon & { readonly tool: string; readonly input: unknown; readonly callId: string }
  PostToolUse: HookPayloadCommon & {
    readonly tool: string
    readonly input: unknown
    readonly callId: string
    readonly output: string
    readonly failed: boolean
  }
  PermissionRequest: HookPayloadCommon & { readonly reason: string; readonly action: unknown }
  Stop: HookPayloadCommon & { readonly lastAgentMessage: string }
}

/** Absent fields leave things as they are. `deny` holds over any `allow`; `context` is shown to the model. */
export interface HookDecision {
  readonly decision?: 'allow' | 'deny'
  readonly reason?: string
  readonly context?: string
}

/** Has 10 seconds unless the manifest says otherwise; a PreToolUse, PermissionRequest or UserPromptSubmit hook that fails denies. */
export interface Hook<Event extends HookEvent = HookEvent> {
  readonly event: Event
  run(payload: HookPayloads[Event], signal: AbortSignal): Promise<HookDecision | undefined>
}

export function defineHook<Event extends HookEvent>(hook: Hook<Event>): Hook<Event> {
  return hook
}
