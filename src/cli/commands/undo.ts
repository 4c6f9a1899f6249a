import { previewText, turnsText } from '../../output/thread/undo-text.ts'
import { BaseCommand, Flags } from '../../plugin-api/base-command.ts'
import type { UndoPreview } from '../../plugin-api/index.ts'
import { confirm } from '../ask-person.ts'
import { writeErr } from '../process-deps.ts'

export default class Undo extends BaseCommand {
  static override summary = 'Put files back to what they were before a turn; later edits of yours stay.'
  static override flags = {
    to: Flags.string({ description: 'This turn, and all after it. Default: the last that changed files.' }),
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
    const agree = async (preview: UndoPreview): Promise<boolean> => {
      writeErr(`${previewText(preview)}\n`)
      if (flags['dry-run'] || preview.changes.length === 0) return false
      if (flags.yes) return true
      const isAsked = process.stdin.isTTY === true && process.stderr.isTTY === true
      if (!isAsked) writeErr('Nobody can be asked here: do it on a terminal, or with --yes.\n')
      return isAsked && (await confirm('Put these files back? y or n: ', this.signal))
    }
    const done = await kernel.undo({ agree, ...(flags.to !== undefined && { to: flags.to }) }, this.signal)
    const count = done?.changes.length ?? 0
    const text =
      done === undefined ? 'Nothing is changed.' : `${count} ${count === 1 ? 'file is' : 'files are'} put back.`
    this.print({ text, data: done ?? null }, flags)
  }
}
