import { readFileSync } from 'node:fs'

/** The lines that a person types while a turn runs. */
export interface TerminalLines {
  suspend(): Promise<void>
  /** While it is suspended: reads what was typed by now, and forgets it. */
  drop(): Promise<void>
  resume(): void
  close(): void
}

const interruptKey = '\u0003'

/**
 * Reads the terminal's lines until it is closed. Between `suspend` and `resume` somebody else reads; what was typed of a line by then is
 * neither lost nor taken for an answer: it is shown again, and the rest is read behind it.
 */
export function readTerminalLines(onLine: (line: string) => void, show: (text: string) => void): TerminalLines {
  const { stdin } = process
  let text = ''
  const take = (chunk: string) => {
    // For the moment in which the terminal gives it as a key.
    if (chunk.includes(interruptKey)) process.kill(process.pid, 'SIGINT')
    text += chunk.replaceAll(interruptKey, '').replaceAll('\r', '\n')
    const lines = text.split('\n')
    text = lines.pop() ?? ''
    for (const line of lines) if (line.trim() !== '') onLine(line.trim())
  }
  const forget = (chunk: string) => {
    if (chunk.includes(interruptKey)) process.kill(process.pid, 'SIGINT')
  }
  const listen = (read = take) => {
    stdin.setEncoding('utf8').on('data', read)
    stdin.on('error', stop).resume()
  }
  const stop = () => {
    stdin.off('data', take).off('data', forget).off('error', stop).pause()
  }
  /** Key by key, so that the line that is being typed is handed out as far as it goes. */
  const readRest = async () => {
    stdin.setRawMode(true)
    await new Promise((resolve) => setTimeout(resolve, 5))
    stop()
    stdin.setRawMode(false)
  }
  listen()
  return {
    suspend: readRest,
    async drop() {
      listen(forget)
      await readRest()
    },
    resume() {
      if (text !== '') show(text)
      listen()
    },
    close: stop,
  }
}

/**
 * True where this process may read the terminal: one in the background would be stopped (proc_pid_stat(5), `tpgid`). Where that cannot
 * be known, it does not.
 */
export function hasTerminalInput(): boolean {
  if (process.stdin.isTTY !== true || process.stderr.isTTY !== true) return false
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[2] === fields[5]
  } catch {
    return false
  }
}
