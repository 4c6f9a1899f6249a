import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'

/**
 * One line that a person types after a question on stderr; undefined where they end the input (Ctrl-D). A hidden one is
 * not shown while it is typed.
 *
 * @throws the abort reason, after Ctrl-C as well
 */
export async function readAnswer(
  question: string,
  { isHidden }: { readonly isHidden: boolean },
  signal: AbortSignal,
): Promise<string | undefined> {
  if (isHidden) process.stderr.write(question)
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const terminal = createInterface({
    input: process.stdin,
    output: isHidden ? silent : process.stderr,
    ...(isHidden && { terminal: true }),
  })
  // While a line is read the terminal gives Ctrl-C as a key: it means what it means elsewhere.
  terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'))
  const closed = new Promise<undefined>((resolve) => terminal.once('close', () => resolve(undefined)))
  let answer: string | undefined
  try {
    answer = await Promise.race([terminal.question(isHidden ? '' : question, { signal }), closed])
    return answer
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof Error && error.name === 'AbortError') return undefined
    throw error
  } finally {
    terminal.close()
    // A line that was not ended, or not shown, ends here: what follows stands on its own.
    if (isHidden || answer === undefined) process.stderr.write('\n')
  }
}
