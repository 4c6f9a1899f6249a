import { patternText } from '../../definitions/pattern-text.ts'
import type { OriginLayer, PolicyRule } from '../../plugin-api/index.ts'
import { type CommandAnswer, checkReading, type PolicyAnswer } from './check-script.ts'
import type { ExecPolicy } from './exec-policy.ts'
import { readScript } from './read-script.ts'
import { type SavingRules, savingRules } from './saving-rules.ts'

/** A rule that speaks of a command, also where another one decides. */
export interface ApplyingRule {
  readonly rule: string
  readonly decision: PolicyRule['decision']
  readonly policy: string
  readonly layer: OriginLayer
  readonly file: string
  readonly line?: number
  readonly justification?: string
  /** Whether the answer is its. */
  readonly decides: boolean
}

/** What the policy says of a script, with all rules that speak of it. */
export interface ScriptExplanation extends Omit<PolicyAnswer, 'commands'> {
  readonly commands: readonly (CommandAnswer &
    Pick<SavingRules, 'proposals'> & { readonly rules: readonly ApplyingRule[] })[]
}

/** What the policy says about a shell script, for each command of it: every rule that speaks of it, and those that would allow it. */
export async function explainScript(script: string, policy: ExecPolicy): Promise<ScriptExplanation> {
  const reading = await readScript(script)
  const answer = checkReading(reading, policy)
  const saving = new Map(savingRules(reading, policy).map(({ words, proposals }) => [keyOf(words), proposals]))
  // Each rule by itself says of which commands it speaks.
  const { onlyOf: _, ...open } = policy
  const alone = policy.rules.map((at) => ({
    at,
    spoken: new Set(
      checkReading(reading, { ...open, rules: [at] })
        .commands.filter(({ file }) => file !== undefined)
        .map(({ words }) => keyOf(words)),
    ),
  }))
  return {
    ...answer,
    commands: answer.commands.map((command) => ({
      ...command,
      proposals: saving.get(keyOf(command.words)) ?? [],
      rules: alone.flatMap(({ at, spoken }): ApplyingRule[] => {
        if (!spoken.has(keyOf(command.words))) return []
        const { policy, layer, file, line } = at
        const { decision, justification } = at.rule
        const decides = command.file === file && command.line === line && command.rule.startsWith(decision)
        return [
          {
            ...{ rule: `${decision} ${patternText(at.rule.pattern)}`, decision, policy, layer, file, decides },
            ...(line !== undefined && { line }),
            ...(justification !== undefined && { justification }),
          },
        ]
      }),
    })),
  }
}

function keyOf(words: readonly string[]): string {
  return JSON.stringify(words)
}
