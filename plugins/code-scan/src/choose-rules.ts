import { type Category, type Definition, type Severity, severities } from 'codex-kernel/plugin-api'
import { isCostlyRule } from './is-costly-rule.ts'
import type { ScanRule } from './scan-rule.ts'
import type { ScanSettings } from './scan-settings.ts'
import type { ScanReport } from './summarize-scan.ts'
import { isDisabled } from './switch-off.ts'

/** What a call asks for. */
export interface RuleWish {
  /** Ids: these and those of `categories`; absent: those of the categories alone. */
  readonly rules?: readonly string[] | undefined
  /** Absent, where there are no ids either: those of the settings, and all rules of the user and of the repository. */
  readonly categories?: readonly Category[] | undefined
  readonly min_severity: Severity
}

export interface ChosenRules {
  readonly chosen: readonly ScanRule[]
  /** Rules that do not run, and why. */
  readonly refused: ScanReport['broken_rules']
  /** Rules that the settings leave out. */
  readonly disabled: readonly string[]
}

/** The rules of a scan: a rule that is asked for by id runs whatever the settings say. */
export function chooseRules(
  definitions: readonly Definition<unknown>[],
  { rules: wanted, categories, min_severity }: RuleWish,
  settings: Pick<ScanSettings, 'categories' | 'disable'>,
): ChosenRules | { readonly unknown: readonly string[]; readonly known: readonly string[] } {
  const known = definitions.map((definition) => definition.id)
  const unknown = wanted?.filter((id) => !known.includes(id)) ?? []
  if (unknown.length > 0) return { unknown, known }
  const reported = severities.slice(0, severities.indexOf(min_severity) + 1)
  const isAsked = ({ id, category }: ScanRule, layer: string): boolean => {
    if (wanted?.includes(id)) return true
    if (categories) return categories.includes(category)
    return !wanted && (layer === 'user' || layer === 'project' || settings.categories.includes(category))
  }
  const fitting = definitions
    .map(({ id, value, origin }) => ({ rule: { ...(value as ScanRule), id }, origin })) // checked by the kind of this plugin
    .filter(({ rule, origin }) => reported.includes(rule.severity) && isAsked(rule, origin.layer))
  const disabled = fitting.filter(({ rule }) => !wanted?.includes(rule.id) && isDisabled(rule.id, settings))
  const refused = fitting.filter(({ rule, origin }) => !origin.trusted && isCostlyRule(rule))
  const unused = settings.disable.filter((name) => !known.some((id) => isDisabled(id, { disable: [name] })))
  return {
    chosen: fitting.filter((each) => !refused.includes(each) && !disabled.includes(each)).map(({ rule }) => rule),
    refused: [
      ...refused.map(({ rule }) => ({
        rule: rule.id,
        problem: 'it searches without an end inside another search, and the repository is not trusted',
      })),
      ...unused.map((rule) => ({ rule, problem: 'the settings disable it, and there is no rule of that name' })),
    ],
    disabled: disabled.map(({ rule }) => rule.id),
  }
}
