import type { AgentDefinition } from '../plugin-api/index.ts'
import { CodexError } from '../plugin-api/index.ts'

/** What is known of the model that the configuration names. */
export interface ModelChoice {
  readonly provider: string
  readonly model: string
  /** Why it cannot be used, such as a missing key; absent: it can. */
  readonly problem?: string
}

/** Who carries out a turn, in order: playbook, model, or the playbook's findings first and then the model. */
export type Engine =
  | { readonly kind: 'model'; readonly model: ModelChoice; readonly playbookFirst: boolean }
  | { readonly kind: 'playbook'; readonly reason: string }

/**
 * Decides which engine runs an agent (architecture section 7): `--playbook` or `--model` where given; else a usable
 * model, with the playbook's results as its first items; else the playbook, saying so.
 *
 * @param asked `playbook` for `--playbook`; `model` where a model was named for this run
 * @throws CodexError `provider.unconfigured`, naming the ways on
 */
export function chooseEngine(
  agent: AgentDefinition | undefined,
  asked: 'playbook' | 'model' | undefined,
  model: ModelChoice,
): Engine {
  const hasPlaybook = agent?.playbook !== undefined
  if (asked === 'playbook') {
    if (hasPlaybook) return { kind: 'playbook', reason: '--playbook' }
    throw new CodexError(
      'provider.unconfigured',
      `${agent ? `Agent ${agent.agent.id}` : 'The default agent'} has no playbook`,
      {
        hint: 'Name an agent that has one (codex agents list), or leave --playbook out to use a model.',
      },
    )
  }
  if (asked === 'model' || model.problem === undefined) return { kind: 'model', model, playbookFirst: hasPlaybook }
  if (hasPlaybook) return { kind: 'playbook', reason: model.problem }
  throw new CodexError('provider.unconfigured', `No model can be used: ${model.problem}`, {
    hint: 'Run codex login, set OPENAI_API_KEY or CODEX_API_KEY, configure a [model_providers] table (a local server needs no key), or run an agent that has a playbook: codex agents list.',
  })
}
