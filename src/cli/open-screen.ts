import { type LiveScreen, openLiveScreen } from '../output/live/live-screen.ts'

/** A live screen, and what takes it off the terminal again. */
export interface OpenScreen {
  readonly screen: LiveScreen
  dispose(): void
}

/** Opens a live screen on stderr. Its rows go away however the program ends, but by SIGKILL. */
export function openScreen(env: Readonly<Record<string, string | undefined>>): OpenScreen {
  const { stderr } = process
  const screen = openLiveScreen({
    write: (text) => stderr.write(text),
    // Asked each time: a signal that the size has changed comes after the change.
    size: () => {
      const [columns, rows] = stderr.getWindowSize()
      return { columns: columns || 80, rows: rows || 24 } // a terminal that does not know its size says 0
    },
    reflows: reflows(env),
  })
  const close = () => screen.close()
  const refresh = () => screen.refresh()
  process.once('exit', close)
  stderr.on('resize', refresh)
  return {
    screen,
    dispose() {
      screen.close()
      process.off('exit', close)
      stderr.off('resize', refresh)
    },
  }
}

/** Terminals that break lines anew when they become narrower: all in wide use but xterm, rxvt, GNU screen and the console of Linux. */
function reflows({ TERM = '', TMUX, XTERM_VERSION }: Readonly<Record<string, string | undefined>>): boolean {
  if (TMUX) return true
  return !XTERM_VERSION && !/^(?:linux|rxvt|screen)/.test(TERM)
}
