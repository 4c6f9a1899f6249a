import type { KernelSettings } from '../../plugin-api/base-command.ts'
import { type Category, categories } from '../../plugin-api/finding.ts'
import type { Severity } from '../../plugin-api/severity.ts'
import { runtimeOptions, writeErr, writeOut } from '../process-deps.ts'
import { canRedraw, wantsColour } from '../terminal-form.ts'
import { reportFormat } from './report-format.ts'
import type { ScanPlace, ScanRequest } from './run-scan.ts'
import type { ScanPart } from './scan-parts.ts'

/** The flags of `codex scan`, as oclif gives them. */
export interface ScanFlags extends KernelSettings {
  readonly json?: boolean
  readonly format?: ScanRequest['format']
  readonly output?: string | undefined
  readonly group: 'severity' | 'file'
  readonly only?: readonly ScanPart[] | undefined
  readonly history?: boolean
  readonly 'fail-on'?: Severity | undefined
  readonly severity: Severity
  readonly rule?: readonly string[] | undefined
  readonly category?: readonly (Category | 'all')[] | undefined
  readonly diff?: string | undefined
  readonly baseline?: string | undefined
  readonly 'write-baseline'?: boolean
  readonly 'with-accepted'?: boolean
  readonly trust?: boolean
  readonly plain?: boolean
  readonly fix?: boolean
  readonly yes?: boolean
}

/** What the command line asks for, and the process that it runs in. */
export function scanRequest(
  paths: readonly string[],
  flags: ScanFlags,
  program: { readonly root: string; readonly version: string },
): { readonly request: ScanRequest; readonly place: ScanPlace } {
  const isInteractive = flags.fix === true && process.stdin.isTTY === true && process.stderr.isTTY === true
  const { env } = process
  const colour = { out: wantsColour({ env }, process.stdout), err: wantsColour({ env }, process.stderr) }
  return {
    request: {
      paths,
      ...reportFormat(flags),
      ...{ group: flags.group, rules: flags.rule ?? [], severity: flags.severity },
      ...{ only: flags.only ?? [], history: flags.history ?? false },
      categories: categoriesOf(flags.category ?? []),
      ...{ failOn: flags['fail-on'], diff: flags.diff, baseline: flags.baseline },
      withAccepted: flags['with-accepted'] ?? false,
      writeBaseline: flags['write-baseline'] ?? false,
      plain: flags.plain ?? false,
      ...{ trust: flags.trust ?? false, fix: flags.fix ?? false, yes: flags.yes ?? false },
    },
    place: {
      runtime: runtimeOf(flags, program, !isInteractive),
      ...{ out: writeOut, err: writeErr, colour, isInteractive },
      showsProgress: canRedraw({ env }, process.stderr) && flags.plain !== true,
    },
  }
}

const categoriesOf = (asked: readonly (Category | 'all')[]): readonly Category[] =>
  asked.includes('all') ? categories : asked.filter((each) => each !== 'all')

/** The options of the kernel that a command's flags ask for. */
export function runtimeOf(
  { config, profile, 'security-profile': securityProfile, cd, ...flags }: KernelSettings,
  program: { readonly root: string; readonly version: string },
  neverAsk: boolean,
) {
  const options = {
    ...(config !== undefined && { config }),
    ...(profile !== undefined && { profile }),
    ...(securityProfile !== undefined && { 'security-profile': securityProfile }),
    ...(cd !== undefined && { cd }),
    ...(flags['strict-config'] && { 'strict-config': true as const }),
    ...(flags['no-cache'] && { 'no-cache': true as const }),
  }
  return runtimeOptions({ packageRoot: program.root, version: program.version }, options, {
    originator: 'codex_cli',
    neverAsk,
  })
}
