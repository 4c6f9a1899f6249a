/** What differs from run to run, and what stands for it where two runs are compared (docs/record-and-replay.md lists it for people). */
const variations: readonly (readonly [RegExp, string])[] = [
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<<id>>'],
  [/\b\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?/g, '<<date>>'],
  [/\b\d{2}:\d{2}:\d{2}(?:\.\d+)?\b/g, '<<time>>'],
  [/\b\d+(?:\.\d+)? ?(?:ms|s|secs?|seconds?|milliseconds?|minutes?)\b/g, '<<duration>>'],
  [/^Chunk ID: [0-9a-f]+$/gm, 'Chunk ID: <<id>>'],
  [/<<temp>>\/[\w.@-]+/g, '<<temp>>/<<id>>'],
  [/\b(127\.0\.0\.1|localhost|\[::1\]):\d+/g, '$1:<<port>>'],
  [/\/outputs\/\d+-<<id>>\//g, '/outputs/<<id>>/'],
]

/** A text without what differs from run to run. */
export function withoutVariation(text: string): string {
  return variations.reduce((rest, [pattern, name]) => rest.replace(pattern, name), text)
}
