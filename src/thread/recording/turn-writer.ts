import { type HeldWords, holdWords } from '../hold-words.ts'
import type { RecordingFile } from './recording-file.ts'
import type { RecordingLine } from './recording-lines.ts'

/** The lines of a turn. */
type TurnLine = Extract<RecordingLine, { readonly turn: number }>
/** Without what the writer adds. */
type Part<Line> = Line extends TurnLine ? Omit<Line, 'at_ms' | 'turn'> : never

/** Writes the lines of one turn. */
export interface TurnWriter {
  /** Gives the line its time and turn. @throws CodexError `recording.unwritable` */
  write(line: Part<TurnLine>): void
  /** For a text that comes in pieces, of which no line may hold half a secret. */
  holdWords(): HeldWords
}

/** Writes what belongs to turn number `turn` of a recording. */
export function createTurnWriter(
  file: RecordingFile,
  turn: number,
  elapsedMs: () => number,
  secrets: Parameters<typeof holdWords>[0],
): TurnWriter {
  // What is added is what was taken away.
  const begin = (type: TurnLine['type']) => ({ type, at_ms: elapsedMs(), turn })
  return {
    write: (line) => file.write({ ...begin(line.type), ...line } as TurnLine),
    holdWords: () => holdWords(secrets),
  }
}
