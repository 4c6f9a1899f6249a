import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { lockHolder } from '../../kernel/file-lock.ts'
import { CodexError } from '../../plugin-api/errors.ts'
import type { ThreadSummary } from '../../plugin-api/index.ts'
import { stopDirectory, stopFile } from './stop-file.ts'
import { threadLockFile } from './thread-lock.ts'

const lookAgainMs = 25
/** A command that ignores being told to end is killed before that. */
const timeoutMs = 15_000

/**
 * Ends the turn of a thread that a process of the same user runs, and of all that it began: a thread that a person began as Ctrl-C does,
 * one of an agent by a file that its run looks for. Resolves when nothing runs in it any more.
 *
 * @throws CodexError `thread.idle`, `thread.busy`; the abort reason
 */
export async function stopThread(
  { id, parent }: Pick<ThreadSummary, 'id' | 'parent'>,
  codexHome: string,
  signal: AbortSignal,
): Promise<void> {
  const lock = threadLockFile(codexHome, id)
  const running = lockHolder(lock)
  if (!running) {
    throw new CodexError('thread.idle', `No process runs thread ${id}, so there is nothing to stop`, {
      hint: 'See what runs: codex threads tree.',
    })
  }
  if (running.host !== undefined || running.holder === undefined) throw notHere(id, running.host)
  const file = stopFile(codexHome, id)
  if (parent === undefined) process.kill(running.holder, 'SIGINT')
  else {
    mkdirSync(stopDirectory(codexHome), { recursive: true, mode: 0o700 })
    writeFileSync(file, '', { mode: 0o600 })
  }
  try {
    const end = Date.now() + timeoutMs
    while (lockHolder(lock)) {
      if (Date.now() > end) throw goesOn(id, running.holder)
      await sleep(lookAgainMs, undefined, { signal })
    }
  } finally {
    rmSync(file, { force: true })
  }
}

function notHere(id: string, host: string | undefined): CodexError {
  return new CodexError(
    'thread.busy',
    `Thread ${id} runs on ${host ?? 'another machine'}, and cannot be stopped from here`,
    {
      hint: 'Stop it there.',
    },
  )
}

function goesOn(id: string, holder: number): CodexError {
  return new CodexError('thread.busy', `Thread ${id} was told to stop and goes on`, {
    hint: `End its process: kill ${holder}.`,
  })
}
