import { alwaysRulesFile } from '../../../definitions/append-rule.ts'
import { BaseCommand, Flags } from '../../../plugin-api/base-command.ts'
import { createExecPolicy } from '../../../security/exec-policy/exec-policy.ts'
import { suggestRules } from '../../../security/exec-policy/suggest-rules.ts'
import { askedDecisions, auditQueryFlags } from '../../audit-query.ts'
import { suggestionsText } from '../../policy-text.ts'
import { recordedScripts } from '../../recorded-scripts.ts'

export default class PolicySuggest extends BaseCommand {
  static override summary =
    'Suggest rules that would have saved questions, from the audit log, each with what else it would match.'
  static override flags = {
    since: auditQueryFlags.since,
    thread: auditQueryFlags.thread,
    profile: auditQueryFlags.profile,
    limit: Flags.integer({ default: 10, min: 1, description: 'Show so many suggestions at most.' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(PolicySuggest)
    const { limit, since, thread, profile } = flags
    const kernel = await this.kernel(flags)
    const decisions = await askedDecisions({ kind: 'exec', since, thread, profile }, kernel)
    const found = await suggestRules(recordedScripts(decisions), createExecPolicy(await kernel.policies()), limit)
    const data = { ...found, file: alwaysRulesFile(kernel.codexHome) }
    this.print({ text: suggestionsText(data), data }, flags)
  }
}
