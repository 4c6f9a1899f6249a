import type { Diagnostic, Hook, HookDecision, HookEvent, HookPayloads } from '../plugin-api/index.ts'
import { untilAborted } from './until-aborted.ts'

/** A hook that runs, whoever brings it. */
export interface HookInForce {
  readonly event: HookEvent
  /** Whether it is asked about this. */
  matches(payload: HookPayloads[HookEvent]): boolean
  readonly timeoutMs: number
  /** Who brings it, for people: a plugin, or a file and its line. */
  readonly name: string
  /** Where it is written down. */
  readonly file: string
  readonly line?: number
  /** @throws CodexError where its module cannot be used */
  load(): Promise<Hook>
}

/** What the hooks of an event say together. */
export interface HookOutcome extends HookDecision {
  /** The hook that denies. Absent: none does. */
  readonly deniedBy?: Pick<HookInForce, 'name' | 'file' | 'line'>
  /** Names of the hooks that put other arguments in place of those of the call. Absent: none did. */
  readonly rewrittenBy?: readonly string[]
  /** Hooks that failed where that decides nothing, a sentence each. Absent: none did. */
  readonly failures?: readonly string[]
}

export interface HookRunner {
  /**
   * Runs the hooks of an event in order and joins their answers: any `deny` denies, contexts are joined. What one rewrites the
   * others see, those before it too, which are asked again. A hook of a deciding event that throws, hangs, cannot be
   * imported or answers something else denies; elsewhere it is reported and passed over.
   */
  run<Event extends HookEvent>(event: Event, payload: HookPayloads[Event], signal: AbortSignal): Promise<HookOutcome>
}

export interface HookDeps {
  report(diagnostic: Diagnostic): void
  /** Shows the person what a hook says to them. Absent: nobody is there to be shown it. */
  tell?(message: string): void
}

/** The events at which a hook may forbid what is about to happen. */
export const decidingEvents: ReadonlySet<HookEvent> = new Set(['PreToolUse', 'PermissionRequest', 'UserPromptSubmit'])

/** Hooks that agree have rewritten a call once or twice each; those that do not would go on. */
const maxRewrites = 10
/** In characters: a notice is a sentence or two. */
const maxNoticeLength = 2000

export function createHookRunner(hooks: readonly HookInForce[], deps: HookDeps): HookRunner {
  return {
    async run(event, payload, signal) {
      const asked = hooks.filter((hook) => hook.event === event && hook.matches(payload))
      const round = beginRound(payload)
      for (let hook = nextOf(asked, round); hook !== undefined; hook = nextOf(asked, round)) {
        round.seen.add(hook)
        const answer = await runOne(hook, { ...payload, ...round.rewritten }, round.failures, deps, signal)
        if (answer?.notice)
          deps.tell?.(`The ${event} hook of ${hook.name} says: ${answer.notice.slice(0, maxNoticeLength)}`)
        if (answer) take(answer, hook, round)
        if (round.denial) break
      }
      return outcomeOf(round)
    },
  }
}

/** What has been said so far. */
interface Round {
  readonly given: unknown
  /** Who has been asked about the arguments as they are now. */
  readonly seen: Set<HookInForce>
  rewritten: { readonly input?: unknown }
  readonly rewrittenBy: string[]
  readonly contexts: Set<string>
  readonly failures: string[]
  denial?: { readonly reason: string | undefined; readonly by: HookInForce }
}

function beginRound(payload: object): Round {
  const given = 'input' in payload ? payload.input : undefined
  return { given, seen: new Set(), rewritten: {}, rewrittenBy: [], contexts: new Set(), failures: [] }
}

function nextOf(asked: readonly HookInForce[], { seen }: Round): HookInForce | undefined {
  return asked.find((hook) => !seen.has(hook))
}

function take(answer: HookDecision, hook: HookInForce, round: Round): void {
  if (answer.context) round.contexts.add(answer.context)
  if (answer.decision === 'deny') round.denial = { reason: answer.reason, by: hook }
  if (answer.decision === 'deny' || answer.input === undefined) return
  const now = 'input' in round.rewritten ? round.rewritten.input : round.given
  if (JSON.stringify(answer.input) === JSON.stringify(now)) return
  if (round.rewrittenBy.length === maxRewrites) {
    const names = [...new Set(round.rewrittenBy)].join(' and ')
    round.denial = { reason: `The hooks of ${names} rewrite the arguments again and again.`, by: hook }
    return
  }
  round.rewritten = { input: answer.input }
  round.rewrittenBy.push(hook.name)
  round.seen.clear()
  round.seen.add(hook)
}

function outcomeOf({ denial, contexts, rewritten, rewrittenBy, failures }: Round): HookOutcome {
  return {
    ...(denial && {
      decision: 'deny',
      ...(denial.reason && { reason: denial.reason }),
      deniedBy: whoDenies(denial.by),
    }),
    ...(contexts.size > 0 && { context: [...contexts].join('\n\n') }),
    ...(denial === undefined && rewrittenBy.length > 0 && { ...rewritten, rewrittenBy: [...new Set(rewrittenBy)] }),
    ...(failures.length > 0 && { failures }),
  }
}

function whoDenies({ name, file, line }: HookInForce): HookOutcome['deniedBy'] & object {
  return { name, file, ...(line !== undefined && { line }) }
}

async function runOne<Event extends HookEvent>(
  { event, name, file, line, timeoutMs, load }: HookInForce,
  payload: HookPayloads[Event],
  failures: string[],
  deps: HookDeps,
  signal: AbortSignal,
): Promise<HookDecision | undefined> {
  try {
    const hook = await load() // which has a limit of its own
    const limit = AbortSignal.timeout(timeoutMs)
    const expired = new Promise<never>((_, reject) => {
      limit.addEventListener('abort', () => reject(new Error(`no answer within ${timeoutMs} ms`)), { once: true })
    })
    // Its own copy: what it changes in there would change the call, unseen by the schema.
    const running = hook.run(structuredClone(payload), AbortSignal.any([signal, limit]))
    return checkedAnswer(event, await untilAborted(Promise.race([running, expired]), signal))
  } catch (error) {
    signal.throwIfAborted()
    const reason = `The ${event} hook of ${name} failed: ${error instanceof Error ? error.message : String(error)}`
    if (decidingEvents.has(event)) return { decision: 'deny', reason }
    failures.push(reason)
    const place = { file, ...(line !== undefined && { line }) }
    deps.report({ severity: 'warning', code: 'hook.failed', message: reason, ...place })
    return undefined
  }
}

/** A hook is code of others: `{ decision: 'block' }` means something to its author, and must not pass for consent. */
function checkedAnswer(event: HookEvent, answer: unknown): HookDecision | undefined {
  if (answer === undefined || answer === null) return undefined
  const { decision, reason, context, notice, input } = answer as Readonly<Record<keyof HookDecision, unknown>> // each is checked here
  const isDecision =
    typeof answer === 'object' && (decision === undefined || decision === 'allow' || decision === 'deny')
  const areTexts = [reason, context, notice].every((text) => text === undefined || typeof text === 'string')
  const mayRewrite = input === undefined || event === 'PreToolUse'
  if (isDecision && areTexts && mayRewrite) return answer
  throw new Error(`it answered ${JSON.stringify(answer) ?? typeof answer}, which is no decision of a hook`)
}
