import { matchesGlob } from 'node:path'
import type { ScanSettings } from './scan-settings.ts'
import type { FileOutcome } from './summarize-scan.ts'

type PathSwitch = ScanSettings['disable_in'][number]

/** True for rules that the settings leave out. */
export function isDisabled(rule: string, { disable }: Pick<ScanSettings, 'disable'>): boolean {
  return disable.some((name) => matchesName(rule, name))
}

/** True for files that are not to be scanned at all. Paths are relative to the workspace root. */
export function isExcluded(file: string, { disable_in }: Pick<ScanSettings, 'disable_in'>): boolean {
  return disable_in.some((each) => each.rules === undefined && liesIn(file, each.paths))
}

/** Takes out the findings that do not count where they are, and says how many there were. */
export function withoutDisabled(
  outcomes: readonly FileOutcome[],
  { disable_in }: Pick<ScanSettings, 'disable_in'>,
): { readonly outcomes: readonly FileOutcome[]; readonly disabled: number } {
  if (disable_in.length === 0) return { outcomes, disabled: 0 }
  let disabled = 0
  const kept = outcomes.map((outcome) => {
    if (!('findings' in outcome)) return outcome
    const switches = disable_in.filter(({ paths }) => liesIn(outcome.file, paths))
    const findings = outcome.findings.filter(({ rule }) => !switches.some((each) => names(each, rule)))
    disabled += outcome.findings.length - findings.length
    return { ...outcome, findings }
  })
  return { outcomes: kept, disabled }
}

const names = ({ rules }: PathSwitch, rule: string): boolean => rules?.some((name) => matchesName(rule, name)) ?? true

/** `js-*` names many rules; all else names one. */
function matchesName(rule: string, name: string): boolean {
  if (!name.includes('*')) return rule === name
  return new RegExp(`^${name.replaceAll('*', '.*')}$`).test(rule)
}

/** True where one of the globs names the file; a directory stands for all that lies in it. */
export function liesIn(file: string, globs: readonly string[]): boolean {
  return globs.some((glob) => {
    const bare = glob.replace(/\/+$/, '')
    const anchored = bare.includes('/') ? bare.replace(/^\.?\/+/, '') : `**/${bare}`
    return matchesGlob(file, anchored) || matchesGlob(file, `${anchored}/**`)
  })
}
