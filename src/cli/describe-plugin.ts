import { asksOf, type ContributionList, goneAsks, newAsks } from '../kernel/plugins/contribution-list.ts'
import type { Inspection } from '../kernel/plugins/inspect-plugin.ts'
import type { Proposal } from '../kernel/plugins/plugin-host.ts'
import { formatDiagnostic } from '../plugin-api/diagnostic.ts'

/** What a person reads before they agree. */
export function describeProposal(proposal: Proposal): string {
  const { inspection, source, integrity, before, replaces, clashes, runsScripts, what } = proposal
  const { contributes } = inspection
  const scripts = hasScripts(contributes)
  return [
    heading(inspection),
    `  from ${source}`,
    ...(integrity === undefined ? [] : [`  ${integrity}`]),
    ...(replaces ? [`It replaces ${replaces.version}, from ${replaces.source}.`] : []),
    ...(before ? differenceLines(before, inspection) : contributionLines(contributes)),
    ...(clashes.length > 0 ? ['Ids that others have too:', ...clashes.map(indented)] : []),
    ...diagnosticLines(inspection),
    ...(scripts && what !== 'link'
      ? [
          runsScripts
            ? 'The install scripts will RUN, with your rights.'
            : 'The install scripts are not run (--run-scripts runs them).',
        ]
      : []),
    'The code of a plugin runs with your rights when it is used. Nothing of it has run yet.',
  ].join('\n')
}

/** What a plugin brings, for `codex plugins inspect`. */
export function describeInspection(inspection: Inspection, more: readonly string[]): string {
  return [
    heading(inspection),
    ...more.map(indented),
    ...contributionLines(inspection.contributes),
    ...diagnosticLines(inspection),
  ].join('\n')
}

/** One line for a plugin that goes from one version to another. */
export function describeChange(
  asks: readonly { readonly text: string }[],
  gone: readonly { readonly text: string }[],
): string {
  const lines = [...asks.map(({ text }) => `  + ${text}`), ...gone.map(({ text }) => `  - ${text}`)]
  return lines.length === 0 ? '  It asks for no more than was agreed.' : lines.join('\n')
}

function heading({ name, version, description }: Inspection): string {
  return `${name} ${version}${description === undefined ? '' : `: ${description}`}`
}

function contributionLines(contributes: ContributionList): readonly string[] {
  const asks = asksOf(contributes).filter(({ key }) => !/^tool .* effect /.test(key))
  const { dependencies } = contributes
  const packages = dependencies.map(({ name, version }) => `${name}@${version}`).join(', ')
  return [
    asks.length > 0 ? 'It brings:' : 'It brings nothing that can be told.',
    ...asks.map(({ text }) => indented(text)),
    dependencies.length > 0 ? `Packages that come with it: ${packages}` : 'No other package comes with it.',
  ]
}

function differenceLines(
  before: NonNullable<Proposal['before']>,
  { version, contributes }: Inspection,
): readonly string[] {
  const asks = newAsks(before.agreed, contributes)
  return [
    `Against ${before.version}, which you agreed to, ${version} has:`,
    describeChange(asks, goneAsks(before.agreed, contributes)),
  ]
}

function diagnosticLines({ diagnostics }: Inspection): readonly string[] {
  return diagnostics.map((found) => `${found.severity}: ${formatDiagnostic(found)}`)
}

function hasScripts({ install_scripts, dependencies }: ContributionList): boolean {
  return install_scripts.length > 0 || dependencies.some(({ has_install_scripts }) => has_install_scripts)
}

function indented(line: string): string {
  return `  ${line}`
}
