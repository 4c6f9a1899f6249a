import { readFile } from 'node:fs/promises'
import { basename, isAbsolute } from 'node:path'
import { matchesPattern } from '../definitions/matches-pattern.ts'
import { parseRules } from '../definitions/parse-rules.ts'
import { formatDiagnostic } from '../plugin-api/diagnostic.ts'
import { CodexError } from '../plugin-api/errors.ts'
import type { HostExecutable, PolicyDefinition, PolicyRule } from '../plugin-api/policy.ts'

type Rules = Pick<PolicyDefinition, 'rules' | 'host_executables'>

/** What `codex execpolicy check` prints; names are those of Codex. */
export interface RulesAnswer {
  readonly matchedRules: readonly {
    readonly prefixRuleMatch: {
      readonly matchedPrefix: readonly string[]
      readonly decision: PolicyRule['decision']
      readonly resolvedProgram?: string
      readonly justification?: string
    }
  }[]
  /** The strictest of them; absent where none matches. */
  readonly decision?: PolicyRule['decision']
}

const strictness = ['allow', 'prompt', 'forbidden'] as const

/** Reads `.rules` files. @throws CodexError `definition.invalid` */
export async function readRules(files: readonly string[]): Promise<readonly Rules[]> {
  return await Promise.all(
    files.map(async (file) => {
      const text = await readFile(file, 'utf8').catch((cause: Error) => {
        throw broken(`failed to read policy at ${file}: ${cause.message}`, file, cause)
      })
      const { diagnostics, ...rules } = parseRules(text, file)
      const wrong = diagnostics.find(({ severity }) => severity === 'error')
      if (wrong) throw broken(`failed to parse policy at ${file}: ${formatDiagnostic(wrong)}`, file)
      return rules
    }),
  )
}

/**
 * Which rules match the leading words of a command, word for word: no shell is taken apart, and a path is the name of its
 * program only with `resolveHosts`.
 */
export function checkRules(command: readonly string[], all: readonly Rules[], resolveHosts: boolean): RulesAnswer {
  const matchedRules = all.flatMap(({ rules, host_executables: hosts = [] }) => {
    const readings = [{ words: command }, ...(resolveHosts ? resolved(command, hosts) : [])]
    return rules.flatMap(({ pattern, decision, justification }) =>
      readings
        .filter(({ words }) => matchesPattern(pattern, words))
        .map(({ words, ...from }) => ({
          prefixRuleMatch: {
            matchedPrefix: words.slice(0, pattern.length),
            decision,
            ...from,
            ...(justification !== undefined && { justification }),
          },
        })),
    )
  })
  const worst = Math.max(-1, ...matchedRules.map(({ prefixRuleMatch }) => strictness.indexOf(prefixRuleMatch.decision)))
  const decision = strictness[worst]
  return { matchedRules, ...(decision !== undefined && { decision }) }
}

/** The command by the bare name of its program, where that path may be taken for it. */
function resolved([program = '', ...rest]: readonly string[], hosts: readonly HostExecutable[]) {
  if (!isAbsolute(program)) return []
  const name = basename(program)
  const known = hosts.filter((host) => host.name === name)
  const isListed = known.length === 0 || known.some(({ paths }) => paths.includes(program))
  return isListed ? [{ words: [name, ...rest], resolvedProgram: program }] : []
}

function broken(message: string, file: string, cause?: unknown): CodexError {
  return new CodexError('definition.invalid', message, {
    hint: 'Mend the file, or name another: codex execpolicy check -r FILE COMMAND',
    location: { file },
    cause,
  })
}
