import { CodexError, type CommandSession, type GatedCommands } from '../../plugin-api/index.ts'
import type { Session } from './command-session.ts'
import type { CommandSessions, SessionCall } from './command-sessions.ts'

/** The commands of a thread as one call sees them. */
export function createGatedCommands(sessions: CommandSessions, call: SessionCall): GatedCommands {
  const { actions, emit, scope } = call
  const open = (session: Session): CommandSession => ({
    id: session.id,
    async type(text) {
      if (session.hasEnded) throw over(session.id)
      const { write } = session
      if (!write && text !== '\u0003') throw deaf(session.id)
      await actions.perform({ kind: 'input', session: session.id, text }, async () =>
        write ? write(text) : session.interrupt(),
      )
    },
    async wait(ms) {
      const show = (delta: string) => emit({ type: 'output', key: `open:command-${session.id}`, delta })
      try {
        const progress = await session.wait(ms, show, scope.signal)
        sessions.settle(session, emit, progress.exit !== undefined)
        return progress
      } catch (error) {
        if (session.hasEnded) sessions.settle(session, emit, true)
        else sessions.showCut(session, emit)
        throw error
      }
    },
  })
  return {
    start: async (request) => open(await sessions.start(request, call)),
    find: (id) => open(sessions.find(id)),
  }
}

function over(id: number): CodexError {
  return new CodexError('tool.input', `The command of session ${id} has ended`, {
    hint: 'Call write_stdin without chars for its last output and its exit code.',
  })
}

function deaf(id: number): CodexError {
  return new CodexError('tool.input', `Session ${id} has no terminal, so nothing can be typed to it`, {
    hint: 'Start the command with tty = true, or give its input in the script. chars "\\u0003" alone ends it.',
  })
}
