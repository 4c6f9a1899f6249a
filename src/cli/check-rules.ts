import { readFile } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
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
 * Which rules match the leading words of a command, word for word: no shell is taken apart. Where none does, and `resolveFrom` is a
 * directory, the path of a program (relative to it) is also its name, unless a `host_executable` for that name has other paths; the last one says it.
 */
export function checkRules(
  command: readonly string[],
  all: readonly Rules[],
  { resolveFrom }: { readonly resolveFrom?: string | undefined } = {},
): RulesAnswer {
  const rules = all.flatMap((file) => file.rules)
  const asWritten = rules.flatMap((rule) => matchOf(rule, command))
  const hosts = all.flatMap((file) => file.host_executables ?? [])
  const matchedRules =
    asWritten.length > 0 || resolveFrom === undefined ? asWritten : byName(command, rules, hosts, resolveFrom)
  const worst = Math.max(-1, ...matchedRules.map(({ prefixRuleMatch }) => strictness.indexOf(prefixRuleMatch.decision)))
  const decision = strictness[worst]
  return { matchedRules, ...(decision !== undefined && { decision }) }
}

type Match = RulesAnswer['matchedRules'][number]

/** The matches of the command under the bare name of its program, where that path may be taken for it. */
function byName(
  [program = '', ...rest]: readonly string[],
  rules: readonly PolicyRule[],
  hosts: readonly HostExecutable[],
  directory: string,
): readonly Match[] {
  if (program === '') return []
  const path = resolve(directory, program)
  const name = basename(path)
  const host = hosts.findLast((each) => each.name === name)
  if (host !== undefined && !host.paths.some((each) => resolve(each) === path)) return []
  return rules.flatMap((rule) => matchOf(rule, [name, ...rest], path))
}

/** A rule stands for one of each first word that it names, as in Codex: one that names it twice matches twice. */
function matchOf(
  { pattern, decision, justification }: PolicyRule,
  words: readonly string[],
  resolvedProgram?: string,
): readonly Match[] {
  if (!matchesPattern(pattern, words)) return []
  const times = [pattern[0] ?? []].flat().filter((word) => word === words[0])
  return times.map(() => ({
    prefixRuleMatch: {
      matchedPrefix: words.slice(0, pattern.length),
      decision,
      ...(resolvedProgram !== undefined && { resolvedProgram }),
      ...(justification !== undefined && { justification }),
    },
  }))
}

function broken(message: string, file: string, cause?: unknown): CodexError {
  return new CodexError('definition.invalid', message, {
    hint: 'Mend the file, or name another: codex execpolicy check -r FILE COMMAND',
    location: { file },
    cause,
  })
}
