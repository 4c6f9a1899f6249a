import { previewText, turnsText } from '../../output/thread/undo-text.ts'
import { BaseCommand, Flags } from '../../plugin-api/base-command.ts'
import { exitCodes } from '../../plugin-api/errors.ts'
import type { UndoPreview } from '../../plugin-api/index.ts'
import { assertAgreed } from '../assert-agreed.ts'
import { writeErr } from '../process-deps.ts'

export default class Undo extends BaseCommand {
  static override summary = 'Put files back to what they were before a turn; later edits of yours stay.'
  static override flags = {
    to: Flags.string({ description: 'This turn, and all after it. Default: the last that changed files, alone.' }),
    list: Flags.boolean({ default: false, description: 'List the turns that can be taken back.' }),
    yes: Flags.boolean({ char: 'y', default: false, description: 'Do not ask.' }),
    'dry-run': Flags.boolean({ default: false, description: 'Show what would be done, and do nothing.' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(Undo)
    // The default profile writes nothing, and what is put back was written under another.
    const isChosen = flags.profile !== undefined || flags['security-profile'] !== undefined
    const kernel = await this.kernel(isChosen ? flags : { ...flags, 'security-profile': 'workspace-write' })
    if (flags.list) {
      const turns = await kernel.undoableTurns()
      this.print({ text: turnsText(turns), data: turns }, flags)
      return
    }
    let shown: UndoPreview | undefined
    const agree = async (preview: UndoPreview): Promise<boolean> => {
      shown = preview
      writeErr(`${previewText(preview)}\n`)
      if (flags['dry-run']) return false
      if (preview.changes.length > 0 && !flags.yes)
        await assertAgreed('Put these files back? y or n: ', asked, this.signal)
      return true
    }
    const done = await kernel.undo({ agree, ...(flags.to !== undefined && { to: flags.to }) }, this.signal)
    const count = done?.changes.length ?? 0
    // Nothing but files that were edited later: what was asked for was not done.
    const isBlocked = done !== undefined && count === 0 && done.conflicts.length > 0
    this.print({ text: resultText(done), data: { ...shown, done: count > 0 } }, flags)
    if (isBlocked) process.exitCode = exitCodes.failed
  }
}

const asked = {
  nobody: 'cannot confirm an undo without an interactive terminal',
  flag: '--yes',
  declined: 'Nothing is changed',
}

function resultText(done: UndoPreview | undefined): string {
  const count = done?.changes.length ?? 0
  if (count > 0) return `${count} ${count === 1 ? 'file is' : 'files are'} put back.`
  if (done === undefined || done.conflicts.length > 0) return 'Nothing is changed.'
  return 'Nothing of it is left to be put back: it counts as undone, and the next codex undo is about the turn before.'
}
