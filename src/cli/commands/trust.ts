import { BaseCommand, Flags } from '../../plugin-api/base-command.ts'
import { setWorkspaceTrust } from '../set-workspace-trust.ts'
import { trustText, whatTrustCovers } from '../what-trust-covers.ts'

export default class Trust extends BaseCommand {
  static override summary = "Trust this workspace's own commands, agents, configuration and hooks."
  static override flags = {
    show: Flags.boolean({ description: 'Only say what is, and what trust would turn on.', exclusive: ['revoke'] }),
    revoke: Flags.boolean({ description: 'Trust it no more.' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(Trust)
    // Trust has to be seen, and taken back, where a file that it covers is broken.
    const kernel = await this.kernel({ ...flags, 'lenient-config': true })
    if (!flags.show) await setWorkspaceTrust(kernel, flags.revoke ? 'untrusted' : 'trusted')
    const trust = flags.show ? kernel.trust : flags.revoke ? 'untrusted' : 'trusted'
    const parts = flags.show ? await whatTrustCovers(kernel) : []
    const text = [`${kernel.workspaceRoot}: ${trust}`, ...(flags.show ? [trustText(parts, trust)] : [])].join('\n')
    const data = { workspace_root: kernel.workspaceRoot, trust, ...(flags.show && { parts }) }
    this.print({ text, data }, flags)
  }
}
