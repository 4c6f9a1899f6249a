import type { ApprovalPolicy } from '../../plugin-api/index.ts'
import { checkReading, type PolicyAnswer } from '../exec-policy/check-script.ts'
import type { ExecPolicy } from '../exec-policy/exec-policy.ts'
import type { ScriptReading } from '../exec-policy/script-reading.ts'
import type { Verdict } from './verdict.ts'

interface PolicyVerdictDeps {
  readonly approvalPolicy: ApprovalPolicy
  /** True where a command that is allowed runs in a sandbox. */
  readonly sandboxNeeded: boolean
}

/** What the exec policy alone says about a script that has been read. */
export function policyVerdict(
  reading: ScriptReading,
  deps: PolicyVerdictDeps & { readonly execPolicy: ExecPolicy },
): Verdict {
  return answerVerdict(checkReading(reading, deps.execPolicy), deps)
}

/** What an answer of the exec policy comes to. Without a sandbox nothing else keeps code that is not seen from what a person's own rule is about. */
export function answerVerdict(answer: PolicyAnswer, deps: PolicyVerdictDeps): Verdict {
  const place = {
    ...(answer.file === undefined ? {} : { file: answer.file }),
    ...(answer.line === undefined ? {} : { line: answer.line }),
  }
  const why = answer.justification === undefined ? answer.rule : `${answer.rule}: ${answer.justification}`
  const { justification, rule, reviewer } = answer
  const common = {
    layer: 'exec policy',
    rule,
    ...place,
    ...(justification !== undefined && { justification }),
    ...(reviewer && { reviewer }),
  }
  switch (answer.answer) {
    case 'forbidden':
      return { ...common, answer: 'deny', reason: `exec policy forbids it (${why})` }
    case 'prompt':
      return { ...common, answer: 'ask', reason: `exec policy asks first (${why})` }
    case 'unverified': {
      if (deps.approvalPolicy === 'untrusted')
        return { ...common, answer: 'ask', reason: `exec policy does not know it (${why})` }
      if (deps.sandboxNeeded)
        return { ...common, answer: 'allow', reason: `exec policy does not know it; it runs in the sandbox (${why})` }
      const { couldReach } = answer
      if (couldReach === undefined)
        return {
          ...common,
          answer: 'allow',
          reason: `exec policy does not know it, and no rule of yours is about it (${why})`,
        }
      const { answer: _, reviewer: __, ...reached } = couldReach
      const reason = `no sandbox holds what it runs, which is not seen and could be what a rule is about (${why}; ${reached.rule})`
      return { layer: 'exec policy', ...reached, answer: 'ask', reason }
    }
    default:
      return { ...common, answer: 'allow', reason: `exec policy allows it (${why})` }
  }
}
