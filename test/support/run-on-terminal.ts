import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** Runs argv on a terminal of its own; prints what it shows, types the keys of each step once its mark is shown behind that of the one before, and ends with its exit code. */
const script = `
import json, os, pty, sys
steps = [(step['after'].encode(), step['keys'].encode(), step.get('creates')) for step in json.loads(sys.argv[1])]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
shown, seen = b'', 0
while True:
    try:
        part = os.read(terminal, 4096)
    except OSError:
        break
    if not part:
        break
    shown += part
    while steps and steps[0][0] in shown[seen:]:
        mark, keys, file = steps.pop(0)
        seen += shown[seen:].index(mark) + len(mark)
        os.write(terminal, keys)
        if file:
            open(file, 'w').close()
sys.stdout.buffer.write(shown)
sys.stdout.flush()
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`

/** What is typed once this is shown. */
export interface TypedKeys {
  readonly after: string
  readonly keys: string
  /** An empty file that is made then. */
  readonly creates?: string
}

/**
 * Runs a program on a pseudo-terminal (Python's pty) and types once something is shown.
 *
 * @returns its exit code, and all that the terminal showed
 */
export async function runOnTerminal(
  argv: readonly string[],
  answer: TypedKeys | readonly TypedKeys[],
  place: { readonly cwd: string; readonly env: Readonly<Record<string, string | undefined>> },
): Promise<{ readonly exitCode: number; readonly shown: string }> {
  const child = spawn('python3', ['-c', script, JSON.stringify([answer].flat()), ...argv], {
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
