import type { UndoableTurn, UndoPreview } from '../../plugin-api/index.ts'
import { terminalText } from '../../plugin-api/terminal-text.ts'
import { printableLine } from '../scan/printable-text.ts'
import { shortId } from './thread-list.ts'

const verbs = {
  restore: 'put back',
  remove: 'remove',
  create: 'make again',
  merge: 'join with your later edits',
} as const
const unendedText =
  'The program was ended in the middle of this: all that changed since it began is shown, your own edits too, which cannot be told apart.'
const ownText = 'What you changed yourself while it ran is among this: no record tells it apart.'
/** Lines of diffs that are shown: a person does not read more of them at once. */
const maxDiffLines = 400
/** Files that are named of a turn that ran at the same time. */
const maxOverlapFiles = 10

/** What an undo would do. */
export function previewText({ turns, changes, conflicts, overlaps, leftOut }: UndoPreview): string {
  const diff = changes
    .map((change) => change.diff)
    .filter(Boolean)
    .join('\n')
    .split('\n')
  const shownDiff = diff.slice(0, maxDiffLines)
  const more = diff.length - shownDiff.length
  const isUnended = turns.some(({ unended }) => unended)
  return terminalText(
    [
      ...turns.map(({ turn, title }) => `undo ${shortId(turn)}  ${printableLine(title)}`),
      ...overlaps.flatMap(overlapLines),
      ...(isUnended ? [`\n${unendedText}`] : []),
      '',
      ...shownDiff,
      ...(more > 0 ? [`… and ${more} more lines`] : []),
      ...changes.map(({ path, change }) => `${verbs[change]}: ${printableLine(path)}`),
      ...conflicts.map(({ path, reason }) => `left as it is: ${printableLine(path)} (${reason})`),
      ...(changes.length > 0 && !isUnended ? [ownText] : []),
      ...leftOut.map((path) => `not recorded, since it is too large: ${printableLine(path)}`),
    ].join('\n'),
  )
}

function overlapLines({ turn, files }: UndoPreview['overlaps'][number]): readonly string[] {
  const named = files.slice(0, maxOverlapFiles).map(printableLine).join(', ')
  const more = files.length > maxOverlapFiles ? ` and ${files.length - maxOverlapFiles} more` : ''
  return [
    `at the same time ran ${shortId(turn.turn)}  ${printableLine(turn.title)}`,
    `  it may have changed: ${named}${more}; what both may have changed is left as it is`,
  ]
}

/** The turns that are recorded, the newest first. */
export function turnsText(turns: readonly UndoableTurn[]): string {
  if (turns.length === 0) return 'No turn of this workspace has written yet.'
  return turns
    .toReversed()
    .map(({ turn, started, title, undone, off, unended }) => {
      const how = undone ? '  (undone)' : unended ? '  (its program was ended)' : ''
      const state = off === undefined ? how : `  (cannot be undone: ${off})`
      return `${shortId(turn)}  ${started.slice(0, 16).replace('T', ' ')}  ${printableLine(title)}${state}`
    })
    .join('\n')
}
