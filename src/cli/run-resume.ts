import { CodexError } from '../plugin-api/errors.ts'
import { forkOf, showFork } from './fork-of.ts'
import { type ProcessDeps, processSignal, runtimeOptions, writeErr } from './process-deps.ts'
import { readAnswer } from './read-answer.ts'
import { readPrompt, readStdin } from './read-prompt.ts'
import { runTyped } from './run-prompt.ts'
import { type ParsedOptions, parseThreadArguments } from './thread-options.ts'
import { calledOn, whichThread } from './which-thread.ts'
import { withRuntime } from './with-runtime.ts'

/**
 * `codex resume` and `codex fork`: a kept thread, or a copy of one, goes on with a prompt, and the person is asked as in any other turn.
 * A fork without a prompt asks no model.
 *
 * @param deps `argv` begins, behind options, with the word
 * @throws CodexError before the thread has begun
 */
export async function runResume(deps: ProcessDeps): Promise<void> {
  const { options, positionals } = parseThreadArguments(deps.argv)
  const word = positionals[0] === 'fork' ? 'fork' : 'resume'
  const { id, prompt } = whichThread(positionals.slice(1), { word, called: `codex ${word}`, options })
  if (word === 'fork' && prompt === undefined) return await forkAlone(id, options, deps)
  const isToBeRead = prompt === undefined || prompt === '-' || prompt.trim() === ''
  const input = isToBeRead ? await promptFromInput(prompt, calledOn('codex resume', id, options)) : prompt
  const resumeAnywhere = options.all ?? false
  await runTyped({ input, resume: id, resumeAnywhere, isFork: word === 'fork' }, options, deps)
}

/** Makes the copy; its id is the result. */
async function forkAlone(id: string, options: ParsedOptions, deps: ProcessDeps): Promise<void> {
  if (options.record !== undefined || options.replay !== undefined) {
    const option = options.record === undefined ? 'replay' : 'record'
    throw new CodexError('usage.arguments', `--${option} is for a fork that goes on with a prompt`, {
      hint: `Add the prompt, or leave --${option} out: a copy alone asks no model.`,
    })
  }
  const mode = { originator: 'codex_cli', neverAsk: true }
  await withRuntime(runtimeOptions(deps, options, mode), async (runtime) => {
    showFork(await forkOf(id, options, runtime), options)
  })
}

/** What to go on with, where the command line, which is `called`, does not say it. @throws CodexError `usage.no_prompt` */
async function promptFromInput(argument: string | undefined, called: string): Promise<string> {
  const { signal, dispose } = processSignal()
  try {
    const isTerminal = process.stdin.isTTY === true && process.stderr.isTTY === true
    if (!isTerminal || argument === '-') {
      return await readPrompt({
        argument,
        isTerminal: process.stdin.isTTY === true,
        hasImages: false,
        called,
        ignoreStdin: false,
        readStdin: () => readStdin(signal),
        notice: writeErr,
      })
    }
    const typed = (await readAnswer('Go on with: ', { isHidden: false }, signal))?.trim() ?? ''
    if (typed !== '') return typed
    throw new CodexError('usage.no_prompt', 'Nothing was typed, so nothing is sent', {
      hint: `Give the prompt on the command line: ${called} "go on"`,
    })
  } finally {
    dispose()
  }
}
