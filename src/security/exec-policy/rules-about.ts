import type { ExecPolicy, PolicyRuleAt } from './exec-policy.ts'
import { comparedFamily } from './program-name.ts'
import type { SimpleCommand } from './script-reading.ts'

/** By the name of the program, as rules and commands are compared. Of a list that does not change, it is made once. */
const indexes = new WeakMap<readonly PolicyRuleAt[], ReadonlyMap<string, readonly PolicyRuleAt[]>>()

/** The rules whose first word could be the program of a command: all of them where that is not known. In file order. */
export function rulesAbout(command: SimpleCommand, { rules }: ExecPolicy): readonly PolicyRuleAt[] {
  const [program] = command.known
  if (program === undefined) return rules
  const known = indexes.get(rules)
  const index = known ?? indexOf(rules)
  if (known === undefined) indexes.set(rules, index)
  return index.get(comparedFamily(program)) ?? []
}

function indexOf(rules: readonly PolicyRuleAt[]): ReadonlyMap<string, readonly PolicyRuleAt[]> {
  const index = new Map<string, PolicyRuleAt[]>()
  for (const at of rules) {
    const [first = ''] = at.rule.pattern
    const names = new Set((typeof first === 'string' ? [first] : first).map(comparedFamily))
    for (const name of names) {
      const found = index.get(name)
      if (found === undefined) index.set(name, [at])
      else found.push(at)
    }
  }
  return index
}
