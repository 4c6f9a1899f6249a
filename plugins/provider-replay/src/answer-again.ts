import { setTimeout as wait } from 'node:timers/promises'
import {
  CodexError,
  type ModelEvent,
  type ModelRequest,
  type ProviderContext,
  type RecordedRequest,
  type ReplayedThread,
} from 'codex-kernel/plugin-api'
import { type Difference, firstDifference } from './first-difference.ts'

/**
 * The recorded answer to the next request of a thread, once the request was compared with the recorded one.
 *
 * @throws CodexError `replay.differs`, `replay.ended`, what the recorded request failed with; the abort reason
 */
export async function* answerAgain(
  request: ModelRequest,
  { replay }: ProviderContext,
  signal: AbortSignal,
): AsyncGenerator<ModelEvent> {
  signal.throwIfAborted()
  if (!replay) throw nothingToReplay()
  const recorded = replay.next()
  if (!recorded) throw ended(replay, 'the recorded thread made no further request')
  const difference = firstDifference(request, recorded.request, (text) => replay.neutral(text))
  if (difference) {
    if (!replay.lenient) throw differs(difference, recorded, replay)
    yield { type: 'notice', message: describe(difference, recorded) }
  }
  const began = performance.now()
  for (const { afterMs, event } of recorded.events) {
    const restMs = replay.speed === undefined ? 0 : afterMs / replay.speed - (performance.now() - began)
    if (restMs > 1) await wait(restMs, undefined, { signal })
    yield event
  }
  if (recorded.end === 'failed') throw failedAgain(recorded)
  if (recorded.end === 'interrupted') throw ended(replay, 'the recorded turn was interrupted here')
  if (recorded.end === 'cut') throw ended(replay, `the answer of line ${recorded.line} is not whole`)
}

function describe({ path, what, expected, actual }: Difference, { number, line }: RecordedRequest): string {
  const item = what === undefined ? '' : ` (${what})`
  return `Request ${number} differs from the recorded one (line ${line}) at ${path}${item}:\n  recorded: ${expected}\n  now:      ${actual}`
}

function differs(difference: Difference, recorded: RecordedRequest, { file }: ReplayedThread): CodexError {
  const profile = recordedProfile(difference)
  const asRecorded =
    profile === undefined
      ? ''
      : `It was recorded under the profile ${profile}: replay it with --security-profile ${profile}. `
  return new CodexError('replay.differs', describe(difference, recorded), {
    hint: `${asRecorded}Where the change is meant, record the thread anew; --replay-lenient goes on with the recorded answer; --replay-tools recorded carries nothing out.`,
    location: { file, line: recorded.line, field: difference.path },
  })
}

/** What the model was told that the thread runs under, where that is what differs. */
function recordedProfile({ expected, actual }: Difference): string | undefined {
  const [recorded, now] = [expected, actual].map((text) => /<security_profile>([\w-]+)</.exec(text)?.[1])
  return recorded !== undefined && now !== undefined && recorded !== now ? recorded : undefined
}

function ended({ file }: ReplayedThread, why: string): CodexError {
  return new CodexError('replay.ended', `${file} ends before the turn does: ${why}`, {
    hint: 'Record the thread anew, to its end.',
    location: { file },
  })
}

function failedAgain({ failure }: RecordedRequest): CodexError {
  const { code = 'internal', message = 'the recorded request failed', hint } = failure ?? {}
  return new CodexError(code as CodexError['code'], message, hint === undefined ? {} : { hint }) // as it was recorded
}

function nothingToReplay(): CodexError {
  return new CodexError('provider.unconfigured', 'The provider "replay" has no recording to answer from', {
    hint: 'Name one: codex exec --replay FILE. To ask a model, name another model_provider.',
  })
}
