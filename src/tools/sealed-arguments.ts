import type { HistoryItem } from '../plugin-api/index.ts'
import { redactValue } from './redact-value.ts'

/** What stands for a text that nobody but models of one provider can read. */
export const sealedText = '[sealed]'

type FunctionCallItem = Extract<HistoryItem, { type: 'function_call' }>

/** Arguments as people, hooks and records see them: `sealedText` in the place of what is sealed. */
export function withoutSealed(given: unknown, sealed: readonly string[] | undefined): unknown {
  if (sealed === undefined || !isRecord(given)) return given
  const entries = Object.entries(given)
  return Object.fromEntries(entries.map(([name, value]) => [name, sealed.includes(name) ? sealedText : value]))
}

/** Arguments that a hook gave for those that it saw: what it left as `sealedText` is what was sealed there. */
export function withSealedAgain(given: unknown, original: unknown, sealed: readonly string[] | undefined): unknown {
  if (sealed === undefined || !isRecord(given) || !isRecord(original)) return given
  const entries = Object.entries(given)
  return Object.fromEntries(
    entries.map(([name, value]) => [name, sealed.includes(name) && value === sealedText ? original[name] : value]),
  )
}

/** The sealed arguments of a call that are still sealed: a hook may have put a text of its own in their place. */
export function sealedStill(
  given: unknown,
  original: unknown,
  sealed: readonly string[] | undefined,
): readonly string[] | undefined {
  if (sealed === undefined || !isRecord(given) || !isRecord(original)) return sealed
  return sealed.filter((name) => given[name] === original[name])
}

/** A call without what is sealed in it; the same call where nothing is. */
export function withoutSealedArguments(call: FunctionCallItem): FunctionCallItem {
  if (call.sealed === undefined) return call
  const { sealed, provider: _provider, ...open } = call
  return { ...open, arguments: openArguments(call.arguments, sealed) }
}

/** Arguments that are cut off may hold a part of it: nothing of them is shown. */
function openArguments(text: string, sealed: readonly string[]): string {
  try {
    return JSON.stringify(withoutSealed(JSON.parse(text), sealed))
  } catch {
    return '{}'
  }
}

/** The arguments of a call with secrets taken out of all that is not sealed; those that are cut off are a text like any other. */
export function redactArguments(text: string, sealed: readonly string[], redact: (text: string) => string): string {
  try {
    const given: unknown = JSON.parse(text)
    return JSON.stringify(withSealedAgain(redactValue(withoutSealed(given, sealed), redact), given, sealed))
  } catch {
    return redact(text)
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
