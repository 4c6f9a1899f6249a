import { CodexError } from '../plugin-api/errors.ts'
import { type ParsedOptions, parseThreadArguments } from './thread-options.ts'
import { unexpectedArgument, whichThread } from './which-thread.ts'

/** What a command line of `codex exec` asks for. */
export interface ExecRequest {
  readonly options: ParsedOptions
  readonly task: ExecTask
  readonly prompt: string | undefined
}

/** A new thread, one that goes on, a copy of one, or a review of changes. `id` is an id or name, or `last`. */
export type ExecTask =
  | { readonly kind: 'new' }
  | { readonly kind: 'resume'; readonly id: string }
  | { readonly kind: 'fork'; readonly id: string }
  | { readonly kind: 'review' }

/**
 * Reads a command line of `codex exec`. Options may stand before and after `resume`, `fork` and `review`, as the Codex SDK writes them.
 *
 * @throws CodexError `usage.arguments`
 */
export function execRequest(argv: readonly string[]): ExecRequest {
  const { options, positionals, afterDashes } = parseThreadArguments(argv, { greedy: true })
  if (options.worktree) {
    throw usage(
      '--worktree is not supported by this version',
      'Make one yourself: git worktree add ../copy, then -C ../copy.',
    )
  }
  const [word] = positionals.slice(0, positionals.length - afterDashes.length)
  const [first, ...rest] = positionals
  // As with its namesake: a name that is not there begins a thread, also one that is not said (Codex contract, A.1).
  if (word === 'resume' && rest.length === 0 && !options.last) {
    return { options, task: { kind: word, id: '' }, prompt: undefined }
  }
  if (word === 'resume' || word === 'fork') {
    const { id, prompt } = whichThread(rest, { word, called: `codex exec ${word}`, options })
    return { options, task: { kind: word, id }, prompt }
  }
  if (word === 'review') {
    if (rest[1] !== undefined) throw unexpectedArgument(rest[1])
    return { options, task: { kind: 'review' }, prompt: rest[0] }
  }
  if (rest[0] !== undefined) throw unexpectedArgument(rest[0])
  return { options, task: { kind: 'new' }, prompt: first }
}

function usage(message: string, hint: string): CodexError {
  return new CodexError('usage.arguments', message, { hint })
}
