import { Args, BaseCommand } from '../../plugin-api/base-command.ts'
import { CodexError, exitCodes } from '../../plugin-api/errors.ts'
import type { ThreadItem } from '../../plugin-api/index.ts'
import { applyPatchGated } from '../../runtime/apply-patch-gated.ts'
import { configInputs } from '../config-inputs.ts'
import { readPatch } from '../read-patch.ts'

export default class ApplyPatch extends BaseCommand {
  static override summary = 'Apply a patch as an agent would: gate, sandbox, audit; all files or none. Exit 5: denied.'
  static override args = {
    file: Args.string({ description: 'The patch. Absent or -: standard input.', ignoreStdin: true }),
  }
  static override examples = [
    '<%= config.bin %> apply-patch --profile workspace-write change.patch',
    'git show HEAD:change.patch | <%= config.bin %> apply-patch -p workspace-write',
  ]

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ApplyPatch)
    const file = args.file === '-' ? undefined : args.file
    if (args.file === undefined && process.stdin.isTTY) {
      throw new CodexError('usage.arguments', 'There is no patch', {
        hint: 'Name a file, or pipe one in: codex apply-patch < change.patch',
      })
    }
    const patch = await readPatch(file, this.signal)
    const { runtime } = configInputs(this.config, flags)
    const result = await applyPatchGated(patch, runtime, this.signal)
    if (result.type === 'failed') {
      throw new CodexError('patch.invalid', result.message, { hint: 'No file was changed.' })
    }
    if (result.type === 'denied') {
      if (flags.json) this.print({ text: '', data: { ...result.denial, exit_code: exitCodes.denied } }, flags)
      throw denied(result.denial)
    }
    const { changes, report } = result
    this.print({ text: report.trimEnd(), data: { changes, exit_code: exitCodes.done } }, flags)
  }
}

function denied({ reason, hint, file, line }: Extract<ThreadItem, { type: 'denial' }>): CodexError {
  return new CodexError('permission.denied', `Not permitted: ${reason}`, {
    ...(hint !== undefined && { hint }),
    ...(file !== undefined && { location: { file, ...(line !== undefined && { line }) } }),
  })
}
