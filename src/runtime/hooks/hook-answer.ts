import { z } from 'zod'
import { decidingEvents } from '../../kernel/run-hooks.ts'
import type { HookDecision, HookEvent } from '../../plugin-api/hook.ts'

/** How a program ended. */
export interface HookEnd {
  /** 128 + N where signal N ended it. */
  readonly exitCode: number
  readonly output: string
  /** The end of what it wrote to its standard error. */
  readonly errorText: string
  /** False where it ended, or closed its input, before it had read much of what it was told. */
  readonly hasRead: boolean
}

/** What a decision is, with `updatedInput` as the program said it. */
export interface HookAnswer extends Omit<HookDecision, 'input'> {
  readonly updatedInput?: unknown
}

/** The number with which a program says no. */
const refusalCode = 2

/**
 * What a program's end means, in the shape of Codex: exit code 2 refuses with what stands on standard error, and what it prints is JSON, or (before a
 * prompt) text for the model. Undefined: it has no opinion.
 *
 * @throws Error that says what is no answer; whoever asked for a decision takes that for a refusal
 */
export function readHookAnswer(event: HookEvent, end: HookEnd): HookAnswer | undefined {
  const { exitCode, errorText, hasRead } = end
  if (exitCode === refusalCode) return refusal(event, errorText)
  if (exitCode !== 0) throw new Error(`it ended with exit code ${exitCode}${errorText === '' ? '' : `: ${errorText}`}`)
  if (!hasRead && decidingEvents.has(event)) throw new Error('it ended without reading all that it was told')
  const output = end.output.trim()
  if (output === '') return undefined
  if (output.startsWith('{')) return decisionOf(event, readJson(event, output))
  if (event === 'SessionStart' || event === 'UserPromptSubmit') return { context: output }
  if (event === 'PostToolUse') return undefined
  throw new Error(`it printed what is no JSON: ${firstLine(output)}`)
}

function refusal(event: HookEvent, errorText: string): HookAnswer {
  if (event === 'SessionStart') throw new Error(`it ended with exit code ${refusalCode}: ${errorText}`)
  if (errorText === '' && event === 'Stop') throw new Error('it ended with exit code 2, and said nothing to go on with')
  return { decision: 'deny', ...(errorText !== '' && { reason: errorText }) }
}

/** What every answer may hold. */
const common = {
  continue: z.boolean().default(true),
  stopReason: z.string().nullish(),
  suppressOutput: z.boolean().nullish(),
  systemMessage: z.string().nullish(),
}
const context = z.string().nullish()
const blocking = { decision: z.literal('block').nullish(), reason: z.string().nullish() }

function specific<Event extends HookEvent, Shape extends z.ZodRawShape>(event: Event, shape: Shape) {
  return z.strictObject({ hookEventName: z.literal(event), ...shape }).nullish()
}

/** By event: what a program may print. What is not known there may mean something to its author, and must not pass for consent. */
const answers = {
  SessionStart: () =>
    z.strictObject({ ...common, hookSpecificOutput: specific('SessionStart', { additionalContext: context }) }),
  UserPromptSubmit: () =>
    z.strictObject({
      ...common,
      ...blocking,
      hookSpecificOutput: specific('UserPromptSubmit', { additionalContext: context }),
    }),
  PreToolUse: () =>
    z.strictObject({
      ...common,
      decision: z.enum(['approve', 'block']).nullish(),
      reason: z.string().nullish(),
      hookSpecificOutput: specific('PreToolUse', {
        permissionDecision: z.enum(['allow', 'deny', 'ask']).nullish(),
        permissionDecisionReason: z.string().nullish(),
        updatedInput: z.unknown().optional(),
        additionalContext: context,
      }),
    }),
  PostToolUse: () =>
    z.strictObject({
      ...common,
      ...blocking,
      hookSpecificOutput: specific('PostToolUse', { additionalContext: context }),
    }),
  PermissionRequest: () =>
    z.strictObject({
      ...common,
      hookSpecificOutput: specific('PermissionRequest', {
        decision: z
          .strictObject({
            behavior: z.enum(['allow', 'deny']),
            message: z.string().nullish(),
            interrupt: z.literal(false).nullish(),
          })
          .nullish(),
      }),
    }),
  Stop: () => z.strictObject({ ...common, ...blocking }),
} as const satisfies Record<HookEvent, () => z.ZodType>

/** All fields that an answer may have, of whatever event. */
interface AnyAnswer {
  readonly continue: boolean
  readonly stopReason?: string | null | undefined
  readonly systemMessage?: string | null | undefined
  readonly decision?: 'approve' | 'block' | null | undefined
  readonly reason?: string | null | undefined
  readonly hookSpecificOutput?:
    | {
        readonly permissionDecision?: 'allow' | 'deny' | 'ask' | null | undefined
        readonly permissionDecisionReason?: string | null | undefined
        readonly updatedInput?: unknown
        readonly additionalContext?: string | null | undefined
        readonly decision?:
          | { readonly behavior: 'allow' | 'deny'; readonly message?: string | null | undefined }
          | null
          | undefined
      }
    | null
    | undefined
}

function readJson(event: HookEvent, text: string): AnyAnswer {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new Error(`it printed what is no JSON: ${firstLine(text)}`)
  }
  const parsed = answers[event]().safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const path = (issue?.path ?? []).map(String).join('.')
  throw new Error(`it printed what is no answer of ${event}: ${path === '' ? '' : `${path}: `}${issue?.message}`)
}

function decisionOf(event: HookEvent, answer: AnyAnswer): HookAnswer {
  const { decision, reason, hookSpecificOutput: specifics } = answer
  const told = {
    ...(answer.systemMessage && { notice: answer.systemMessage }),
    ...(specifics?.additionalContext && { context: specifics.additionalContext }),
  }
  // To stop what goes on is at its end nothing more than to let it end.
  if (!answer.continue) return event === 'Stop' ? told : { ...told, ...denied(answer.stopReason) }
  if (decision === 'block') return { ...told, ...denied(reason) }
  if (specifics?.permissionDecision === 'deny') return { ...told, ...denied(specifics.permissionDecisionReason) }
  if (specifics?.permissionDecision === 'ask') {
    const why = specifics.permissionDecisionReason
    return { ...told, ...denied(`A hook wants a person to decide, which no hook can ask for${why ? `: ${why}` : ''}`) }
  }
  if (specifics?.decision?.behavior === 'deny') return { ...told, ...denied(specifics.decision.message) }
  const updatedInput = specifics?.updatedInput ?? undefined
  return { ...told, ...(updatedInput !== undefined && { updatedInput }) }
}

function denied(reason: string | null | undefined): HookAnswer {
  return { decision: 'deny', ...(reason && { reason }) }
}

function firstLine(text: string): string {
  const [line = ''] = text.split('\n')
  return line.length > 120 ? `${line.slice(0, 119)}…` : line
}
