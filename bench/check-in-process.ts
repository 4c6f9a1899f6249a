import { join } from 'node:path'
import { loadPolicies, openDefinitionCache } from '../src/definitions/index.ts'
import { checkScript } from '../src/security/exec-policy/check-script.ts'
import { createExecPolicy } from '../src/security/index.ts'
import { everydayScripts } from '../test/support/shell-trees/everyday-scripts.ts'

/** What a line takes, of lines as people and agents write them. */
export interface LineTimes {
  readonly medianMs: number
  /** Of the line that takes longest, the least of its rounds. */
  readonly slowestMs: number
  readonly slowest: string
}

const ownRules = 500

/** How long reading a command line and finding its rules takes, under the built-in policy and 500 rules of the user. */
export async function checkInProcess(rounds: number): Promise<LineTimes> {
  const directory = join(import.meta.dirname, '../profiles/policies')
  const builtin = { layer: 'builtin', trusted: true, glob: '*.toml', directory } as const
  const { effective } = await loadPolicies([builtin], openDefinitionCache(undefined))
  const rules = Array.from({ length: ownRules }, (_, index) => ({
    ...{ pattern: [`tool${index % 50}`, `sub${index}`], match: [], not_match: [] },
    decision: 'allow' as const,
  }))
  const own = {
    ...{ kind: 'policy' as const, id: 'own', shadows: [] },
    value: { id: 'own', description: '', rules, ruleLines: rules.map((_, index) => index + 1) },
    origin: { layer: 'user' as const, file: '/own.rules', trusted: true },
  }
  const policy = createExecPolicy([...effective, own])
  const all: number[] = []
  const least = new Map<string, number>()
  for (let round = 0; round <= rounds; round += 1) {
    for (const script of everydayScripts) {
      const started = performance.now()
      await checkScript(script, policy)
      const took = performance.now() - started
      if (round === 0) continue // loads the parser
      all.push(took)
      least.set(script, Math.min(took, least.get(script) ?? took))
    }
  }
  all.sort((a, b) => a - b)
  const [slowest = '', slowestMs = Number.NaN] = [...least].sort(([, a], [, b]) => b - a)[0] ?? []
  return { medianMs: all[Math.floor(all.length / 2)] ?? Number.NaN, slowestMs, slowest }
}
