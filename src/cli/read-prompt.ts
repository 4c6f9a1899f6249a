import { fstatSync } from 'node:fs'
import { addAbortSignal } from 'node:stream'
import { CodexError } from '../plugin-api/errors.ts'

export interface PromptSources {
  readonly argument: string | undefined
  readonly isTerminal: boolean
  /** A resumed thread with a prompt does not read standard input: an open pipe must not block it. */
  readonly ignoreStdin: boolean
  /** Where images were named, the prompt may have been taken for one. */
  readonly hasImages: boolean
  /** The command that waits for it, for hints: `codex resume --last`. */
  readonly called: string
  readStdin(): Promise<Uint8Array>
  notice(text: string): void
}

/**
 * The prompt of `codex exec`, from its argument and standard input (Codex contract, section A.5): none or `-` reads it
 * all; beside an argument it is appended as a `<stdin>` block.
 *
 * @throws CodexError `usage.no_prompt`
 */
export async function readPrompt(sources: PromptSources): Promise<string> {
  const { argument } = sources
  if (argument !== undefined && argument !== '-') {
    if (sources.isTerminal || sources.ignoreStdin) return said(argument, sources)
    sources.notice('Reading additional input from stdin...\n')
    const text = decode(await sources.readStdin())
    return text === ''
      ? said(argument, sources)
      : `${argument}\n\n<stdin>\n${text}${text.endsWith('\n') ? '' : '\n'}</stdin>`
  }
  if (argument === undefined) sources.notice('Reading prompt from stdin...\n')
  if (sources.isTerminal && argument === undefined) throw noPrompt(sources)
  const text = decode(await sources.readStdin())
  if (text.trim() === '') throw noPrompt(sources)
  return text
}

/** A blank argument is most often a variable that a script did not set. @throws CodexError `usage.no_prompt` */
function said(argument: string, { hasImages, called }: PromptSources): string {
  if (argument.trim() !== '' || hasImages) return argument
  throw new CodexError('usage.no_prompt', 'The prompt is empty, so nothing is sent', {
    hint: `Say what to do, for example: ${called} "explain src". Where a variable stands for it, check that it is set.`,
  })
}

/** All of standard input. @throws the abort reason, also while a writer keeps the pipe open */
export async function readStdin(signal: AbortSignal): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of addAbortSignal(signal, process.stdin)) chunks.push(Buffer.from(chunk))
  } catch (error) {
    signal.throwIfAborted()
    throw error
  }
  return Buffer.concat(chunks)
}

/** True where something was piped or redirected in: not a terminal, not `/dev/null`. */
export function isStdinPiped(): boolean {
  try {
    const stdin = fstatSync(0)
    return stdin.isFIFO() || stdin.isFile() || stdin.isSocket()
  } catch {
    return false // closed
  }
}

/** UTF-8, or UTF-16 with a byte order mark. */
function decode(bytes: Uint8Array): string {
  const encoding = encodingOf(bytes)
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch (cause) {
    const what =
      encoding === 'utf-8' ? `UTF-8 (invalid byte at offset ${invalidOffset(bytes)})` : 'UTF-16, as which it begins'
    const message = `Failed to read prompt from stdin: input is not valid ${what}.`
    throw new CodexError('usage.no_prompt', message, { hint: 'Convert it, for example with iconv -t UTF-8.', cause })
  }
}

/** By the byte order mark. */
function encodingOf([first, second]: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8'
}

/** The first byte that begins no valid sequence. */
function invalidOffset(bytes: Uint8Array): number {
  const isValid = (end: number) => {
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, end), { stream: true })
      return true
    } catch {
      return false
    }
  }
  let [low, high] = [0, bytes.length]
  while (low < high) {
    const middle = Math.floor((low + high + 1) / 2)
    if (isValid(middle)) low = middle
    else high = middle - 1
  }
  // The text of the whole sequences up to there: a sequence that the bad byte cuts off begins before it.
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(0, low), { stream: true })
  return Buffer.byteLength(text)
}

function noPrompt({ hasImages, called }: PromptSources): CodexError {
  return new CodexError('usage.no_prompt', 'No prompt provided via stdin.', {
    hint: hasImages
      ? `All words behind -i are images: end them with --, as in ${called} -i shot.png -- "what is wrong here?"`
      : `Give it as an argument, or pipe it in: echo "explain src" | ${called}`,
  })
}
