import { spawn } from 'node:child_process'
import { commandEnvironment } from '../sandbox/command-environment.ts'
import type { RuntimeOptions } from './runtime-options.ts'

/** A turn that is over. */
export interface EndedTurn {
  readonly threadId: string
  readonly turnId: string
  readonly prompt: string
  readonly lastMessage: string | undefined
}

/** Linux takes 128 KiB for one argument, others 256 and less for all: this leaves room. */
const maxTextLength = 20_000

/**
 * Starts the program of `notify` with one more argument: JSON about the turn in the spelling of Codex, long texts cut. It is
 * the user's own (a repository cannot set it), gets no secrets, and is not waited for.
 *
 * @returns once it has started; why it did not, where it did not
 */
export async function notifyTurn(
  [program = '', ...argv]: readonly string[],
  { threadId, turnId, prompt, lastMessage }: EndedTurn,
  { env, cwd, originator }: Pick<RuntimeOptions, 'env' | 'cwd' | 'originator'>,
): Promise<string | undefined> {
  const notice = {
    type: 'agent-turn-complete',
    'thread-id': threadId,
    'turn-id': turnId,
    cwd,
    client: originator,
    'input-messages': [cut(prompt)],
    'last-assistant-message': lastMessage === undefined ? null : cut(lastMessage),
  }
  const child = spawn(program, [...argv, JSON.stringify(notice)], {
    cwd,
    env: commandEnvironment(env, { inherit: 'all' }, {}),
    stdio: 'ignore',
    detached: true,
  })
  return await new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('spawn', () => {
      child.unref()
      resolve(undefined)
    })
  })
}

function cut(text: string): string {
  return text.length > maxTextLength ? `${text.slice(0, maxTextLength)}…` : text
}
