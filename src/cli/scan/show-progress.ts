/** A line of a terminal that says how far the work is. */
export interface ProgressLine {
  /** What is said from the next second on. */
  tell(text: string): void
  /** Takes the line away. */
  end(): void
}

const everyMs = 1000
const clearLine = '\r\u001b[2K'

/** Says once a second what is being done and for how long; what is done within a second says nothing. Without a terminal it stays silent. */
export function showProgress(place: {
  readonly showsProgress: boolean
  readonly err: (text: string) => void
}): ProgressLine {
  if (!place.showsProgress) return { tell: () => {}, end: () => {} }
  const state = { text: '', seconds: 0 }
  const timer = setInterval(() => {
    state.seconds++
    place.err(`${clearLine}Scanning${state.text === '' ? '' : `: ${state.text}`} (${state.seconds} s)`)
  }, everyMs)
  return {
    tell(text) {
      state.text = text
    },
    end() {
      clearInterval(timer)
      if (state.seconds > 0) place.err(clearLine)
    },
  }
}
