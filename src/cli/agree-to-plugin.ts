import { newAsks } from '../kernel/plugins/contribution-list.ts'
import type { Proposal } from '../kernel/plugins/plugin-host.ts'
import { CodexError } from '../plugin-api/errors.ts'
import { terminalText } from '../plugin-api/terminal-text.ts'
import { confirm } from './ask-person.ts'
import { describeProposal } from './describe-plugin.ts'
import { writeErr } from './process-deps.ts'

export interface AgreeOptions {
  /** Agreed to beforehand. */
  readonly yes: boolean
}

const verbs = { install: 'Install', link: 'Link', update: 'Update' } as const

/**
 * Shows what a plugin would bring, and asks on the terminal.
 * @throws CodexError `plugin.declined`, `plugin.unconfirmed`, `plugin.held`; the abort reason
 */
export async function agreeToPlugin(proposal: Proposal, options: AgreeOptions, signal: AbortSignal): Promise<void> {
  const { what, inspection, before } = proposal
  const title = `${inspection.name} ${inspection.version}`
  writeErr(`${terminalText(describeProposal(proposal))}\n`)
  if (options.yes) return
  const isTerminal = process.stdin.isTTY === true && process.stderr.isTTY === true
  if (isTerminal) {
    if (await confirm(`${verbs[what]} ${title}? y or n: `, signal)) return
    throw new CodexError('plugin.declined', `${title} was not agreed to; nothing was changed`)
  }
  if (what === 'update' && before) {
    const asks = newAsks(before.agreed, inspection.contributes)
    const why =
      asks.length > 0
        ? `asks for more than was agreed: ${asks.map(({ text }) => text).join('; ')}`
        : 'would run install scripts'
    throw new CodexError('plugin.held', `${title} is held, since it ${why}`, {
      hint: 'Agree to it on a terminal, or with --yes.',
    })
  }
  throw new CodexError(
    'plugin.unconfirmed',
    `${title} needs a yes, and nobody is there to be asked; nothing was changed`,
    {
      hint: 'Read above what it brings, then run again with --yes, or on a terminal.',
    },
  )
}
