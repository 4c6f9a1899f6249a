/** How alike two lines must be, strictest first; the first way that finds a place wins. */
const readings: readonly ((line: string) => string)[] = [
  (line) => line,
  (line) => line.trimEnd(),
  (line) => line.trim(),
  (line) => plainPunctuation(line.trim()),
]

/**
 * Index of the first place at or behind `start` where `wanted` stands in `lines`; with `atEnd` only the last place
 * that it could be at. Differences of blanks around a line, and of typographic and plain punctuation, are forgiven where nothing is
 * more alike. Undefined where it is not found.
 */
export function locateLines(
  lines: readonly string[],
  wanted: readonly string[],
  start: number,
  atEnd: boolean,
): number | undefined {
  const last = lines.length - wanted.length
  const first = atEnd ? Math.max(start, last) : start
  for (const read of readings) {
    const wantedLines = wanted.map(read)
    for (let at = first; at <= last; at++) {
      if (wantedLines.every((line, offset) => read(lines[at + offset] ?? '') === line)) return at
    }
  }
  return undefined
}

/** Dashes, quotes and blanks that word processors and models put for the plain ones. */
function plainPunctuation(text: string): string {
  return text
    .replace(/[\u2010-\u2015\u2212]/gu, '-')
    .replace(/[\u2018-\u201b]/gu, "'")
    .replace(/[\u201c-\u201f]/gu, '"')
    .replace(/[\u00a0\u2002-\u200a\u202f\u205f\u3000]/gu, ' ')
}
