import type { Diagnostic, HookDecision, HookEvent, HookPayloads } from '../plugin-api/index.ts'
import type { Activator } from './activate.ts'
import type { HookContribution } from './registry.ts'
import { namesOfTool } from './tool-aliases.ts'
import { untilAborted } from './until-aborted.ts'

export interface HookRunner {
  /**
   * Runs the hooks of an event in order and joins their answers: any `deny` denies, contexts are joined. A hook of a
   * deciding event that throws, hangs, cannot be imported or answers something else denies; elsewhere it is reported and
   * passed over.
   */
  run<Event extends HookEvent>(event: Event, payload: HookPayloads[Event], signal: AbortSignal): Promise<HookDecision>
}

export interface HookDeps {
  readonly activator: Pick<Activator, 'hook'>
  report(diagnostic: Diagnostic): void
}

const decidingEvents: ReadonlySet<HookEvent> = new Set(['PreToolUse', 'PermissionRequest', 'UserPromptSubmit'])

export function createHookRunner(contributions: readonly HookContribution[], deps: HookDeps): HookRunner {
  return {
    async run(event, payload, signal) {
      const answers: HookDecision[] = []
      for (const contribution of contributions) {
        if (contribution.entry.event !== event || !matches(contribution, payload)) continue
        const answer = await runOne(contribution, payload, deps, signal)
        if (answer) answers.push(answer)
        if (answer?.decision === 'deny') break
      }
      return join(answers)
    },
  }
}

async function runOne<Event extends HookEvent>(
  contribution: HookContribution,
  payload: HookPayloads[Event],
  deps: HookDeps,
  signal: AbortSignal,
): Promise<HookDecision | undefined> {
  const { plugin, entry } = contribution
  const limit = AbortSignal.timeout(entry.timeout_ms)
  try {
    const hook = await deps.activator.hook(contribution)
    const expired = new Promise<never>((_, reject) => {
      limit.addEventListener('abort', () => reject(new Error(`no answer within ${entry.timeout_ms} ms`)), {
        once: true,
      })
    })
    const running = hook.run(payload, AbortSignal.any([signal, limit]))
    return checkedAnswer(await untilAborted(Promise.race([running, expired]), signal))
  } catch (error) {
    signal.throwIfAborted()
    const reason = `The ${entry.event} hook of ${plugin.name} failed: ${error instanceof Error ? error.message : String(error)}`
    if (decidingEvents.has(entry.event)) return { decision: 'deny', reason }
    deps.report({ severity: 'warning', code: 'hook.failed', message: reason, file: `${plugin.root}/package.json` })
    return undefined
  }
}

/** A hook is code of others: `{ decision: 'block' }` means something to its author, and must not pass for consent. */
function checkedAnswer(answer: unknown): HookDecision | undefined {
  if (answer === undefined || answer === null) return undefined
  const { decision, reason, context } = answer as Readonly<Record<keyof HookDecision, unknown>> // each is checked here
  const isDecision =
    typeof answer === 'object' && (decision === undefined || decision === 'allow' || decision === 'deny')
  const areTexts = [reason, context].every((text) => text === undefined || typeof text === 'string')
  if (isDecision && areTexts) return answer
  throw new Error(`it answered ${JSON.stringify(answer) ?? typeof answer}, which is no decision of a hook`)
}

function matches({ entry }: HookContribution, payload: object): boolean {
  if (entry.matcher === undefined || !('tool' in payload)) return true
  const matcher = new RegExp(`^(?:${entry.matcher})$`)
  return namesOfTool(String(payload.tool)).some((name) => matcher.test(name))
}

function join(answers: readonly HookDecision[]): HookDecision {
  const denial = answers.find((answer) => answer.decision === 'deny')
  const contexts = answers.flatMap((answer) => answer.context ?? [])
  return {
    ...(denial ? { decision: 'deny', ...(denial.reason && { reason: denial.reason }) } : {}),
    ...(contexts.length > 0 ? { context: contexts.join('\n\n') } : {}),
  }
}
