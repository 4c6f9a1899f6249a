const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** Milliseconds that an error's text asks to wait: `Please try again in 1.898s.`, `in 6m0s`, `in 20 seconds`; undefined where it says nothing. */
export function askedDelayMs(text: string): number | undefined {
  const [, asked] =
    /(?:try again|retry)(?: after| in)? ((?:\d+(?:\.\d+)? ?(?:ms|milliseconds?|s|seconds?|m|minutes?|h|hours?)\b ?)+|(?:\d+(?:\.\d+)?(?:ms|s|m|h))+)/i.exec(
      text,
    ) ?? []
  if (asked === undefined) return undefined
  const parts = [...asked.matchAll(/(\d+(?:\.\d+)?) ?(ms|milli|s|m|h)/gi)]
  return parts.reduce(
    (sum, [, amount, unit = '']) => sum + Number(amount) * (unitsMs[unit.toLowerCase().replace('milli', 'ms')] ?? 0),
    0,
  )
}
