import { randomUUID } from 'node:crypto'
import { lockHolder } from '../../kernel/file-lock.ts'
import { CodexError } from '../../plugin-api/errors.ts'
import type { UndoableTurn, UndoPreview, UndoRequest } from '../../plugin-api/index.ts'
import { threadLockFile } from '../../thread/library/thread-lock.ts'
import { endOpenTurns } from '../../thread/undo/end-open-turns.ts'
import type { OverlappedPlan, Undo } from '../../thread/undo/open-undo.ts'
import { overlappingTurns } from '../../thread/undo/overlapping-turns.ts'
import type { UndoStep } from '../../thread/undo/plan-undo.ts'
import type { RecordedTurn } from '../../thread/undo/undo-log.ts'
import type { SecurityDeps } from '../open-thread-security.ts'
import { diffOfStep } from './diff-of-step.ts'
import { openWorkspaceUndo } from './open-workspace-undo.ts'
import { writeSteps } from './write-steps.ts'

/** The turns of this workspace that changed files, oldest first; also those that have no end to compare with, or are off. */
export async function undoableTurns({ kernel }: SecurityDeps): Promise<readonly UndoableTurn[]> {
  const turns = await openWorkspaceUndo(kernel).turns()
  const isRunning = (thread: string) => lockHolder(threadLockFile(kernel.codexHome, thread)) !== undefined
  // Whether they changed anything is not looked at: a list records nothing.
  return (await endOpenTurns(turns, isRunning, async () => 'unknown'))
    .filter(({ before, after }) => before === undefined || before !== after)
    .map(shown)
}

/**
 * Takes turns back after a yes: all files through the gate, all or none. What is there now is recorded first, as a turn of its own,
 * so that an undo can be undone. Undefined where the answer was no.
 *
 * @throws CodexError `undo.nothing`, `permission.denied`, `tool.failed`; the abort reason
 */
export async function undoTurns(
  request: UndoRequest,
  deps: SecurityDeps,
  signal: AbortSignal,
): Promise<UndoPreview | undefined> {
  const undo = openWorkspaceUndo(deps.kernel)
  const isRunning = (thread: string) => lockHolder(threadLockFile(deps.kernel.codexHome, thread)) !== undefined
  const all = await endOpenTurns(await undo.turns(), isRunning, () => undo.now(signal))
  const { turns, plan } = await chosenTurns(request.to, all, undo, signal)
  const preview: UndoPreview = {
    turns: turns.map(shown),
    changes: await Promise.all(plan.steps.map((step) => changeOf(step, deps, signal))),
    conflicts: plan.conflicts,
    overlaps: plan.overlaps.map(({ turn, files }) => ({ turn: shown(turn), files })),
    leftOut: [...new Set(turns.flatMap(({ leftOut }) => leftOut))],
  }
  if (!(await request.agree(preview))) return undefined
  // Where nothing is left of them, they count as taken back: the next undo is about the turn before.
  if (plan.steps.length === 0) {
    if (plan.conflicts.length === 0) await undo.markUndone(turns.map(({ turn }) => turn))
    return preview
  }
  const id = randomUUID()
  const titles = turns.map(({ title }) => title).join('; ')
  await undo.begin({ turn: id, thread: '', kind: 'undo', title: `undo: ${titles}`.slice(0, 200) }, signal)
  await writeSteps(plan.steps, { name: 'undo', layers: [] }, deps, signal)
  await undo.end(id, signal)
  await undo.markUndone(turns.map(({ turn }) => turn))
  return preview
}

async function chosenTurns(
  to: string | undefined,
  all: readonly RecordedTurn[],
  undo: Undo,
  signal: AbortSignal,
): Promise<{ readonly turns: readonly RecordedTurn[]; readonly plan: OverlappedPlan }> {
  const left = all.filter(({ undone }) => !undone)
  const planOf = async (turns: readonly RecordedTurn[]) =>
    await undo.plan(turns, await endRunning(all, undo, signal), signal)
  if (to !== undefined) {
    const named = left.filter(({ turn }) => turn === to || (to.length >= 8 && turn.startsWith(to)))
    const [turn] = named
    if (named.length > 1) throw severalTurns(to, named)
    if (!turn) throw nothing(`No turn ${to} is recorded for this workspace, or it was undone`)
    if (turn.off !== undefined) throw nothing(`Turn ${to} cannot be undone: ${turn.off}`)
    const later = left.slice(left.indexOf(turn))
    // One that was taken back but for what it shared with these: with them that goes back too.
    const shared = overlappingTurns(later, all).filter(({ undone, begunAt }) => undone && begunAt > turn.begunAt)
    const turns = [...later, ...shared].sort((a, b) => a.begunAt - b.begunAt)
    return { turns, plan: await planOf(turns) }
  }
  // The last one is meant, and none before it, also where nothing of it is left to be put back.
  const last = left.findLast(({ kind, before, after }) => kind === 'turn' && (before === undefined || before !== after))
  if (last === undefined) throw nothing('No turn of this workspace has changed files that could be put back')
  if (last.off !== undefined) throw nothing(`The last turn cannot be undone: ${last.off}`)
  if (last.after === undefined) throw nothing('The last turn is running: it has no end to compare with')
  return { turns: [last], plan: await planOf([last]) }
}

/** What a turn that is running has changed by now may be its work too. */
async function endRunning(
  turns: readonly RecordedTurn[],
  undo: Undo,
  signal: AbortSignal,
): Promise<readonly RecordedTurn[]> {
  const isOpen = ({ before, after }: RecordedTurn) => before !== undefined && after === undefined
  const now = turns.some(isOpen) ? await undo.now(signal) : undefined
  return turns.map((turn) => (now !== undefined && isOpen(turn) ? { ...turn, after: now } : turn))
}

async function changeOf(step: UndoStep, { kernel }: SecurityDeps, signal: AbortSignal) {
  const change =
    step.wanted === undefined ? 'remove' : step.current === undefined ? 'create' : step.merged ? 'merge' : 'restore'
  return { path: step.path, change, diff: await diffOfStep(step, kernel.options.env.PATH, signal) } as const
}

function shown({ turn, thread, kind, title, started, undone, off, unended }: RecordedTurn): UndoableTurn {
  const how = { ...(off !== undefined && { off }), ...(unended && { unended }) }
  return { turn, thread, kind, title, started, undone, ...how }
}

function nothing(message: string): CodexError {
  return new CodexError('undo.nothing', message, { hint: 'codex undo --list shows the turns that are recorded.' })
}

/** Ids begin with the time: turns of one minute begin alike, and the wrong one would take back more than is meant. */
function severalTurns(to: string, turns: readonly RecordedTurn[]): CodexError {
  return new CodexError('usage.arguments', `"${to}" is the beginning of ${turns.length} turns`, {
    hint: `Give more of it: ${turns.map(({ turn }) => turn.slice(0, 13)).join(', ')}.`,
  })
}
