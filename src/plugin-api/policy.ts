import { z } from 'zod'
import { patternProblems } from './rule-text.ts'

/** One rule of an exec policy. */
export const policyRuleSchema = z.strictObject({
  pattern: z
    .array(z.union([z.string(), z.array(z.string()).min(1)]))
    .min(1)
    .superRefine((pattern, context) => {
      for (const { path, message } of patternProblems(pattern)) {
        context.addIssue({ code: 'custom', message, path: [...path] })
      }
    })
    .describe('Leading words of a command; a list stands for any one of its words.'),
  decision: z.enum(['allow', 'prompt', 'forbidden']).default('allow').describe('What is done with such a command.'),
  justification: z.string().min(1).optional().describe('Shown with the decision.'),
  reviewer: z
    .literal('human')
    .optional()
    .describe(
      'Who answers what `prompt` asks: a person, also where a reviewing agent would. Absent: whoever is set up to.',
    ),
  only_outside: z
    .boolean()
    .optional()
    .describe(
      'Of `prompt`: in a sandbox it asks only where the command names a file that does not lie inside the workspace, is protected, or is not known. Absent: it always asks.',
    ),
  match: z
    .array(z.string())
    .default([])
    .describe(
      'Command lines of which the rule must say its decision, as commands are judged (`codex policy test`); checked at load.',
    ),
  not_match: z.array(z.string()).default([]).describe('Command lines of which it must not; checked at load.'),
})

/** An exec policy file. The strictest rule that matches decides. */
export const policySchema = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/)
    .describe('What decisions cite it by.'),
  description: z.string().default('').describe('One line for lists.'),
  rules: z.array(policyRuleSchema).default([]).describe('The order does not matter.'),
})
export type PolicyRule = z.infer<typeof policyRuleSchema>

/** Of a `.rules` file: the absolute paths under which a program's name may be taken. */
export interface HostExecutable {
  /** Without a directory. */
  readonly name: string
  /** Empty: under none, the bare name alone is meant. */
  readonly paths: readonly string[]
  /** Of the call. */
  readonly line: number
}

/** Of a `.rules` file: what it says about one host. */
export interface NetworkRule {
  /** In lower case; never a pattern. */
  readonly host: string
  /** As the file says it. */
  readonly protocol: 'http' | 'https' | 'socks5_tcp' | 'socks5_udp'
  /** What the rule answers. */
  readonly decision: PolicyRule['decision']
  /** Why, for people. */
  readonly justification?: string
  /** Of the call. */
  readonly line: number
}

/** Each rule with the line it stands on, for decisions to cite. */
export interface PolicyDefinition extends z.infer<typeof policySchema> {
  /** By index of the rule. */
  readonly ruleLines: readonly number[]
  /** Where programs of a name may lie; from `.rules` files alone. */
  readonly host_executables?: readonly HostExecutable[]
  /** Hosts; from `.rules` files alone. */
  readonly network_rules?: readonly NetworkRule[]
}
