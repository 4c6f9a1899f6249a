import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** Runs argv on a terminal of its own; prints what it shows, types KEYS once MARK is shown, and ends with its exit code. */
const script = `
import os, pty, sys
mark, keys = sys.argv[1].encode(), sys.argv[2].encode()
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[3], sys.argv[3:])
shown, typed = b'', False
while True:
    try:
        part = os.read(terminal, 4096)
    except OSError:
        break
    if not part:
        break
    shown += part
    if not typed and mark in shown:
        os.write(terminal, keys)
        typed = True
sys.stdout.buffer.write(shown)
sys.stdout.flush()
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`

/**
 * Runs a program on a pseudo-terminal (Python's pty) and types once something is shown.
 *
 * @returns its exit code, and all that the terminal showed
 */
export async function runOnTerminal(
  argv: readonly string[],
  answer: { readonly after: string; readonly keys: string },
  place: { readonly cwd: string; readonly env: Readonly<Record<string, string | undefined>> },
): Promise<{ readonly exitCode: number; readonly shown: string }> {
  const child = spawn('python3', ['-c', script, answer.after, answer.keys, ...argv], {
    ...place,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let shown = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text
  })
  const [exitCode]: readonly (number | null)[] = await once(child, 'close')
  return { exitCode: exitCode ?? -1, shown }
}
