import { CodexError, type SessionRequest, type ToolEvent } from '../../plugin-api/index.ts'
import { allowScript, type ExecScope, exitFacts, hostFacts } from '../context/exec.ts'
import type { ActionScope } from '../context/gated-action.ts'
import type { OutputFiles } from '../output-files.ts'
import { openSession, type Session } from './command-session.ts'

/** What a session needs of the call that starts it. */
export interface SessionCall {
  readonly actions: ActionScope
  readonly scope: ExecScope
  /** Aborts when the turn is interrupted, and with it the command; the call's own ends with the call. */
  readonly turnSignal: AbortSignal
  emit(event: ToolEvent): void
}

/** The commands of one thread that go on between its calls. */
export interface CommandSessions {
  /** @throws CodexError `permission.denied`, `sandbox.*`, `tool.failed`; the abort reason */
  start(request: SessionRequest, call: SessionCall): Promise<Session>
  /** @throws CodexError `tool.input` */
  find(id: number): Session
  /** Shows that it has ended, once, and forgets it where its end has been told. */
  settle(session: Session, emit: (event: ToolEvent) => void, isTold: boolean): void
  /** Shows what a command has printed whose call was interrupted, before its item is ended. */
  showCut(session: Session, emit: (event: ToolEvent) => void): void
  /** Shows those that ended while no call waited for them. */
  showEnded(emit: (event: ToolEvent) => void): void
  /** Ends all of them; resolves when nothing of them is left. */
  close(): Promise<void>
}

const maxSessions = 64

export function createCommandSessions(files: OutputFiles): CommandSessions {
  const sessions = new Map<number, Session>()
  const shownAsEnded = new Set<Session>()
  const closing = new Set<Promise<unknown>>()
  const thread = new AbortController()
  let lastSignal: { readonly turn: AbortSignal; readonly both: AbortSignal } | undefined
  /** One for all commands of a turn: a signal that is made of others stays with them as long as they are there. */
  const signalFor = (turn: AbortSignal): AbortSignal => {
    if (lastSignal?.turn !== turn) lastSignal = { turn, both: AbortSignal.any([thread.signal, turn]) }
    return lastSignal.both
  }
  let lastId = 0

  const showEnd = (session: Session, emit: (event: ToolEvent) => void): void => {
    if (!session.hasEnded || shownAsEnded.has(session)) return
    shownAsEnded.add(session)
    emit({ type: 'item', key: keyOf(session), done: true, item: session.item() })
  }
  /** Room for one more: the oldest that has ended goes, told or not. */
  const makeRoom = (): void => {
    if (sessions.size < maxSessions) return
    const oldest = [...sessions.values()].find((session) => session.hasEnded)
    if (!oldest) throw tooMany()
    sessions.delete(oldest.id)
  }

  return {
    async start(request, { actions, scope, turnSignal, emit }) {
      thread.signal.throwIfAborted()
      makeRoom()
      const { allowed, prepared } = await allowScript(request, actions, scope)
      const id = ++lastId
      const refused = scope.network.watchRefusals()
      try {
        const { command, how } = await prepared
        const { startCommand } = await scope.supplies.code()
        const signal = signalFor(turnSignal)
        const session = openSession({
          id,
          argv: command.shownArgv ?? command.argv,
          command: await startCommand({ ...command, tty: request.tty === true }, how, scope.supplies, signal),
          spool: files.spool(`command-${id}`),
          redact: scope.redact,
          onEnd(ending) {
            const hosts = hostFacts(refused())
            return 'error' in ending
              ? allowed.failed(ending.error, hosts)
              : allowed.done({ ...exitFacts(ending), ...hosts })
          },
        })
        sessions.set(id, session)
        const whole = Promise.all([session.ended, session.closed])
        closing.add(whole)
        // One that failed (its end cannot be recorded) stays, for whoever closes the thread.
        whole.then(
          () => closing.delete(whole),
          () => {},
        )
        emit({ type: 'item', key: keyOf(session), done: false, item: session.item() })
        return session
      } catch (error) {
        refused()
        await allowed.failed(error)
        throw error
      }
    },
    find(id) {
      const session = sessions.get(id)
      if (!session) throw unknown(id, [...sessions.keys()])
      return session
    },
    settle(session, emit, isTold) {
      showEnd(session, emit)
      if (isTold) sessions.delete(session.id)
    },
    showCut(session, emit) {
      if (session.hasUnread) emit({ type: 'item', key: keyOf(session), done: false, item: session.item() })
    },
    showEnded(emit) {
      for (const session of sessions.values()) showEnd(session, emit)
    },
    async close() {
      thread.abort()
      await Promise.all(closing)
    },
  }
}

function keyOf({ id }: Session): string {
  return `open:command-${id}`
}

function tooMany(): CodexError {
  return new CodexError('tool.failed', `${maxSessions} commands of this thread are running, which is the limit`, {
    hint: 'End one with write_stdin: chars "\\u0003" interrupts it.',
  })
}

function unknown(id: number, known: readonly number[]): CodexError {
  const there = known.length === 0 ? 'No command is running.' : `Running: ${known.join(', ')}.`
  return new CodexError('tool.input', `There is no session ${id}`, {
    hint: `${there} A session is gone once its exit code was told.`,
  })
}
