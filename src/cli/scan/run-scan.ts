import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { ScanFormat } from '../../output/scan/render-scan.ts'
import type { ScanGap } from '../../output/scan/scan-document.ts'
import { CodexError, type ExitCode, exitCodes } from '../../plugin-api/errors.ts'
import { type Category, type Finding, type Severity, severities } from '../../plugin-api/index.ts'
import { terminalText } from '../../plugin-api/terminal-text.ts'
import { openToolSession, type ToolSession } from '../../runtime/open-tool-session.ts'
import type { RuntimeOptions } from '../../runtime/runtime-options.ts'
import { askPerson } from '../ask-person.ts'
import { assertWritable } from '../output-file.ts'
import { shareTerminal } from '../share-terminal.ts'
import { readBaseline } from './baseline-file.ts'
import { chooseFindings } from './choose-findings.ts'
import { collectScan, type ScanWish } from './collect-scan.ts'
import { reportScan, type ScanOutcome } from './report-scan.ts'
import { assertKnownDependencyRules, assertKnownRules, ruleKind } from './rule-facts.ts'
import { chooseParts, partOfRule, type ScanPart } from './scan-parts.ts'
import { showProgress } from './show-progress.ts'

/** A scan as it was asked for on the command line. */
export interface ScanRequest {
  /** As they were typed; empty: the working directory. */
  readonly paths: readonly string[]
  /** Absent: by the name of `output`, else human. */
  readonly format?: ScanFormat | undefined
  readonly output?: string | undefined
  readonly group: 'severity' | 'file'
  /** Empty: all parts that the rest asks for. */
  readonly only: readonly ScanPart[]
  /** Secrets: also what commits added. */
  readonly history: boolean
  readonly rules: readonly string[]
  /** Empty: those that run by default. */
  readonly categories: readonly Category[]
  readonly severity: Severity
  readonly failOn?: Severity | undefined
  /** A revision; empty: the default base; absent: no comparison. */
  readonly diff?: string | undefined
  readonly baseline?: string | undefined
  readonly writeBaseline: boolean
  /** SARIF: what the baseline accepts is there as suppressed. */
  readonly withAccepted: boolean
  /** The report for people is one for screen readers. */
  readonly plain: boolean
  readonly trust: boolean
  readonly fix: boolean
  /** Agreed to beforehand. */
  readonly yes: boolean
}

/** The process, as a scan sees it. */
export interface ScanPlace {
  readonly runtime: RuntimeOptions
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** Whether stderr is a terminal: then progress is shown. */
  readonly showsProgress: boolean
  /** Whether a person is there to be asked. */
  readonly isInteractive: boolean
  readonly colour: { readonly out: boolean; readonly err: boolean }
}

/** Scans, chooses, reports. Gives the exit code: 3 for findings from `failOn` on. @throws CodexError; the abort reason */
export async function runScan(request: ScanRequest, place: ScanPlace, signal: AbortSignal): Promise<ExitCode> {
  await assertUsable(request, place.runtime.cwd)
  const terminal = shareTerminal()
  const approve: typeof askPerson = (question, asked) => terminal.alone(() => askPerson(question, asked), asked)
  const options = { name: 'scan', trustWorkspace: request.trust, ...(place.isInteractive && { approve }) }
  const session = await openToolSession(place.runtime, options, signal)
  try {
    await assertKnownRules(request.rules, session)
    const first = await scanOnce(request, session, place, signal)
    const { scan, chosen } = first
    if (request.fix) {
      const { fixFindings } = await import('./fix-findings.ts')
      const fixed = await fixFindings(chosen.findings, { session, place, yes: request.yes, all: scan.findings }, signal)
      if (fixed.length > 0) {
        const again = await scanOnce(request, session, place, signal)
        place.err(fixedText(fixed, scan.findings, again.scan.findings))
        const broken = brokenByFixes(fixed, scan.coverage.gaps, again.scan.coverage.gaps)
        for (const gap of broken)
          place.err(`${terminalText(`${gap.file}:${gap.line}`)} no longer parses: undo the fixes there.\n`)
        const exitCode = await reportScan(request, again, session, place, signal)
        return broken.length > 0 && exitCode === exitCodes.done ? exitCodes.failed : exitCode
      }
    }
    return await reportScan(request, first, session, place, signal)
  } finally {
    await session.close()
  }
}

async function scanOnce(
  request: ScanRequest,
  session: ToolSession,
  place: ScanPlace,
  signal: AbortSignal,
): Promise<ScanOutcome> {
  const { diff, baseline, writeBaseline, rules, categories, severity } = request
  const changed = diff === undefined ? undefined : await session.changedLines(diff || undefined, signal)
  const accepted =
    baseline === undefined || writeBaseline
      ? new Set<string>()
      : await readBaseline(resolve(place.runtime.cwd, baseline))
  const progress = showProgress(place)
  try {
    const collected = await collectScan(session, wishOf(request), progress.tell, signal)
    const scan = { ...collected, warnings: [...collected.warnings, ...(await replacedRules(session))] }
    assertKnownDependencyRules(rules, scan.coverage.dependencies?.rules ?? [])
    const choice = { rules, categories, leastSeverity: severity, changed, baseline: accepted }
    return {
      scan,
      chosen: chooseFindings(scan.findings, choice),
      ...(changed && { base: changed.base, changedFiles: new Set(changed.files.keys()) }),
    }
  } finally {
    progress.end()
  }
}

/** A rule of the user's that takes the place of a built-in one decides what is found, so that each report says it. */
async function replacedRules(session: Pick<ToolSession, 'definitions'>): Promise<readonly string[]> {
  const rules = await session.definitions(ruleKind)
  return rules.flatMap(({ id, origin, shadows: [hidden] }) =>
    hidden === undefined
      ? []
      : [`The rule ${id} is that of ${origin.file}, in place of the one of ${hidden.plugin ?? hidden.file}.`],
  )
}

/** Rules of security run in any case: what they find is covered in the lines around other findings. */
function wishOf({ paths, only, rules, categories, history }: ScanRequest): ScanWish {
  const parts = chooseParts({ only, rules, categories })
  const wish = { parts, paths, history }
  if (rules.length === 0 && categories.length === 0) return wish
  const ofCode = rules.filter((rule) => partOfRule(rule) === 'code')
  return { ...wish, rules: ofCode, categories: [...new Set(['security' as const, ...categories])] }
}

/** A fix may change the text of findings that stay, so they are counted by rule and file. */
function fixedText(fixed: readonly Finding[], before: readonly Finding[], after: readonly Finding[]): string {
  const keyOf = ({ rule, file }: Finding): string => `${rule}\n${file}`
  const [fixedByKey, beforeByKey, afterByKey] = [fixed, before, after].map((list) => Map.groupBy(list, keyOf))
  const left = [...(fixedByKey ?? [])].reduce((sum, [key, own]) => {
    const expected = (beforeByKey?.get(key)?.length ?? 0) - own.length
    return sum + Math.min(own.length, Math.max(0, (afterByKey?.get(key)?.length ?? 0) - expected))
  }, 0)
  return `Scanned again: ${fixed.length - left} of the ${fixed.length} that were fixed are gone.\n`
}

/** Where files that were fixed are no code since then. Each fix was tried before; this is the proof of all of them together. */
function brokenByFixes(
  fixed: readonly Finding[],
  before: readonly ScanGap[],
  after: readonly ScanGap[],
): readonly ScanGap[] {
  const isBroken = (gaps: readonly ScanGap[], file: string): boolean =>
    gaps.some((gap) => gap.reason === 'syntax_error' && gap.file === file)
  const files = new Set(fixed.flatMap(({ fix }) => fix?.edits.map(({ file }) => file) ?? []))
  return after.filter((gap) => gap.reason === 'syntax_error' && files.has(gap.file) && !isBroken(before, gap.file))
}

/** @throws CodexError `usage.arguments` */
async function assertUsable(request: ScanRequest, cwd: string): Promise<void> {
  if (request.writeBaseline && request.baseline === undefined) {
    throw new CodexError('usage.arguments', '--write-baseline needs a file to write', {
      hint: 'For example: codex scan --baseline scan-baseline.json --write-baseline.',
    })
  }
  await assertWholeBaseline(request, cwd)
  if (chooseParts(request).length === 0) {
    throw new CodexError('usage.arguments', `--only ${request.only.join(',')} leaves out all that is asked for`, {
      hint: 'Rules that begin with secret- are of secrets, those with dep- of dependencies, all others of code.',
    })
  }
  if (request.history && !chooseParts(request).includes('secrets')) {
    throw new CodexError('usage.arguments', '--history is about secrets, which are not looked for', {
      hint: 'Leave out --history, or ask for secrets as well: --only code,secrets.',
    })
  }
  for (const file of [request.output, request.writeBaseline ? request.baseline : undefined]) {
    if (file !== undefined) await assertWritable(resolve(cwd, file))
  }
  for (const path of request.paths) {
    const isThere = await stat(resolve(cwd, path)).then(
      () => true,
      () => false,
    )
    if (!isThere) {
      throw new CodexError('usage.arguments', `There is no file or folder ${path}`, {
        hint: 'Paths are relative to the working directory, or to what --cd names.',
      })
    }
  }
}

/** What a narrowed run does not look for would be taken out of the baseline. @throws CodexError `usage.arguments` */
async function assertWholeBaseline(request: ScanRequest, cwd: string): Promise<void> {
  const { baseline, writeBaseline, only, rules, severity, diff } = request
  if (!writeBaseline || baseline === undefined) return
  const narrowing = Object.entries({
    '--only': only.length > 0,
    '--rule': rules.length > 0,
    '--severity': severity !== severities.at(-1),
    '--diff': diff !== undefined,
  }).flatMap(([name, isGiven]) => (isGiven ? [name] : []))
  if (narrowing.length === 0) return
  const isThere = await stat(resolve(cwd, baseline)).then(
    () => true,
    () => false,
  )
  if (!isThere) return
  throw new CodexError(
    'usage.arguments',
    `${baseline} holds findings that a scan with ${narrowing.join(', ')} does not look for, and would lose them`,
    { hint: `Leave that out to write it anew, or remove ${baseline} first if it is to hold no others.` },
  )
}
