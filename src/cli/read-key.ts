import { CodexError } from '../plugin-api/errors.ts'
import { writeErr } from './process-deps.ts'
import { readStdin } from './read-prompt.ts'

const maxLength = 16_384
/** A terminal that marks what is pasted sends these around it. */
const pasteMark = new RegExp(`${String.fromCharCode(27)}\\[20[01]~`, 'g')

/**
 * An API key from standard input: all of it, or on a terminal one line that is asked for and not shown.
 * @throws CodexError `credential.input`; the abort reason
 */
export async function readKey(provider: string, signal: AbortSignal): Promise<string> {
  const isTerminal = process.stdin.isTTY === true
  if (!isTerminal) writeErr('Reading API key from stdin...\n')
  const typed = isTerminal
    ? await askHidden(`API key of ${provider} (not shown): `, signal)
    : new TextDecoder().decode(await readStdin(signal))
  const key = typed.replace(/^\uFEFF/, '').trim()
  if (key === '') {
    throw new CodexError('credential.input', 'No API key was given on standard input', {
      hint: 'For example: printenv OPENAI_API_KEY | codex login --with-api-key',
    })
  }
  // What is wrong with it is said without a character of it.
  const isQuoted = /^(["'`]).*\1$/.test(key)
  if (isQuoted || !/^[\x21-\x7e]+$/.test(key) || key.length > maxLength) {
    const reason = isQuoted ? 'it stands in quotes' : 'no header can carry it'
    throw new CodexError('credential.input', `The text on standard input is no API key: ${reason}`, {
      hint: 'Give the key alone, without spaces, quotes or further lines.',
    })
  }
  return key
}

/** One line of a terminal that shows nothing of it. Ctrl-C means what it means elsewhere, Ctrl-D ends the line, Ctrl-U begins anew. */
async function askHidden(question: string, signal: AbortSignal): Promise<string> {
  const { stdin } = process
  // Before the question: what is typed at once must not be shown either.
  stdin.setRawMode(true)
  writeErr(question)
  try {
    return await new Promise<string>((resolve, reject) => {
      let line = ''
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
      stdin.setEncoding('utf8').on('data', (chunk: string) => {
        for (const character of chunk.replaceAll(pasteMark, '')) {
          if (character === '\r' || character === '\n' || character === '\x04') return resolve(line)
          if (character === '\x03') process.kill(process.pid, 'SIGINT')
          else if (character === '\x15') line = ''
          else if (character === '\x7f' || character === '\b') line = line.slice(0, -1)
          else line += character
        }
      })
      stdin.resume()
    })
  } finally {
    stdin.setRawMode(false)
    stdin.pause().removeAllListeners('data')
    writeErr('\n')
  }
}
