import type { Action, Decision } from '../../plugin-api/index.ts'
import type { Gate } from '../../security/gate.ts'
import { decideIn } from '../../security/permissions/decide-in.ts'
import type { RecordedTurn } from '../../thread/undo/undo-log.ts'
import type { Kernel } from '../load-kernel.ts'

/** Records the files of the workspace around a turn, so that the turn can be taken back. */
export interface TurnRecorder {
  /** The gate, which has the files recorded before the first action that it allows and that can write. */
  watch(gate: Gate): Gate
  /** Records what the turn left; nothing where nothing could be written. */
  end(): Promise<void>
  /** Why the turn cannot be taken back, once that is known; told once. */
  takeNotice(): string | undefined
}

/** Records nothing. */
export const unrecorded: TurnRecorder = {
  watch: (gate) => gate,
  end: async () => undefined,
  takeNotice: () => undefined,
}

/** Recording at the end of a turn that was interrupted has so long. */
const endTimeoutMs = 20_000

/**
 * A recorder that has done nothing yet: most turns write nothing, and load nothing of it.
 *
 * @param recording file that the run is written down to, which is no change of the turn
 */
export function createTurnRecorder(
  turn: Pick<RecordedTurn, 'turn' | 'thread' | 'title'>,
  recording: string | undefined,
  kernel: Kernel,
): TurnRecorder {
  let begun: Promise<void> | undefined
  let notice: string | undefined
  const open = async () => (await import('./open-workspace-undo.ts')).openTurnUndo(kernel, recording)
  const undo = { opened: undefined as ReturnType<typeof open> | undefined }
  const begin = async (signal: AbortSignal): Promise<void> => {
    try {
      undo.opened ??= open()
      const off = await (await undo.opened).begin({ ...turn, kind: 'turn' }, signal)
      if (off !== undefined) notice = `This turn cannot be undone: ${off}.`
    } catch (error) {
      signal.throwIfAborted()
      notice = `This turn cannot be undone: ${error instanceof Error ? error.message : String(error)}`
    }
  }
  return {
    watch(gate) {
      const mayWrite = writersOf(gate, kernel)
      const afterBegin = async (decision: Decision, action: Action, signal: AbortSignal): Promise<Decision> => {
        if (decision.outcome !== 'allow' || !mayWrite(action)) return decision
        begun ??= begin(signal)
        await begun
        return decision
      }
      return {
        ...gate,
        authorize: async (action, signal, ahead) =>
          afterBegin(await gate.authorize(action, signal, ahead), action, signal),
        authorizeAsked: async (action, approval, signal) =>
          afterBegin(await gate.authorizeAsked(action, approval, signal), action, signal),
      }
    },
    async end() {
      if (begun === undefined || undo.opened === undefined) return
      try {
        await (await undo.opened).end(turn.turn, AbortSignal.timeout(endTimeoutMs))
        const { codexHome, options } = kernel
        const { pruneUndoDaily } = await import('../../thread/undo/prune-undo-daily.ts')
        await pruneUndoDaily({ codexHome, ...searchPathOf(kernel) }, options.now()).catch(() => undefined) // another day
      } catch (error) {
        notice = `What this turn changed was not recorded: ${error instanceof Error ? error.message : String(error)}`
      }
    },
    takeNotice() {
      const told = notice
      notice = undefined
      return told
    },
  }
}

function searchPathOf({ options: { env } }: Kernel): { readonly searchPath?: string } {
  return env.PATH === undefined ? {} : { searchPath: env.PATH }
}

/**
 * Tells which actions may write the workspace. Where the permissions of the thread let it be written, commands and MCP servers do, whose
 * programs are held to the same; a server whose table opens more may do it elsewhere too.
 */
function writersOf(gate: Gate, kernel: Kernel): (action: Action) => boolean {
  const writable = canWrite(gate, kernel)
  const servers = Object.values(kernel.loaded.config.mcp_servers ?? {})
  const serversWrite =
    writable || servers.some(({ profile, writable: paths }) => profile !== undefined || paths?.length)
  return (action) => {
    if (action.kind === 'tool') return serversWrite && action.tool.startsWith('mcp__')
    return writable && (action.kind === 'write' || action.kind === 'exec')
  }
}

function canWrite({ permissions }: Gate, { places }: Kernel): boolean {
  return decideIn('write', permissions, `${places.workspaceRoot}/file`) !== 'deny'
}
