import { CodexError } from '../plugin-api/errors.ts'
import { quoteWords } from './quote-words.ts'
import type { ParsedOptions } from './thread-options.ts'

/** Which thread `resume` or `fork` is about, and what is said to it. */
export interface WhichThread {
  /** Its id, the beginning of its id, its name, or `last`. */
  readonly id: string
  readonly prompt: string | undefined
}

/**
 * Reads what follows `resume` and `fork`, below `codex exec` and without it: `[--last | ID] [PROMPT]`.
 *
 * @param called how the command was called, for hints: `codex exec resume`
 * @throws CodexError `usage.arguments`
 */
export function whichThread(
  words: readonly string[],
  {
    word,
    called,
    options,
  }: { readonly word: 'resume' | 'fork'; readonly called: string; readonly options: ParsedOptions },
): WhichThread {
  const [id, prompt, ...extra] = options.last ? ['last', ...words] : words
  if (id === undefined) {
    throw usage(
      `${word} needs a thread: its id, its name, or --last`,
      `For example: ${called} --last "go on". The threads of this directory: codex threads list`,
    )
  }
  if (extra[0] !== undefined) throw unexpectedArgument(extra[0])
  if (word === 'fork' && options.ephemeral) {
    throw usage(
      '--ephemeral cannot be used with fork',
      'A fork is a new rollout file; without one use resume ID --ephemeral.',
    )
  }
  if (word === 'resume' && options.at !== undefined) {
    throw usage('--at cannot be used with resume', `A copy that ends there: codex fork --at ${options.at} ${id}`)
  }
  return { id, prompt }
}

/** The command line that is about the same thread, without a prompt. */
export function calledOn(called: string, id: string, { all }: Pick<ParsedOptions, 'all'>): string {
  return `${called} ${id === 'last' ? `--last${all ? ' --all' : ''}` : quoteWords([id])}`
}

/** A word too many. */
export function unexpectedArgument(word: string): CodexError {
  return usage(`unexpected argument '${word}' found`, "Put the prompt in quotes. For more information, try '--help'.")
}

function usage(message: string, hint: string): CodexError {
  return new CodexError('usage.arguments', message, { hint })
}
