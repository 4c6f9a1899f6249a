import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { plural } from '../../output/scan/describe-coverage.ts'
import { maskSecrets } from '../../output/scan/mask-secrets.ts'
import { formatOfFile, renderScan, type ScanFormat } from '../../output/scan/render-scan.ts'
import { type ScanDocument, type SourceTexts, scanDocument } from '../../output/scan/scan-document.ts'
import { CodexError, type ExitCode, exitCodes } from '../../plugin-api/errors.ts'
import { type Category, type Finding, type Severity, severities } from '../../plugin-api/index.ts'
import { openToolSession, type ToolSession } from '../../runtime/open-tool-session.ts'
import type { RuntimeOptions } from '../../runtime/runtime-options.ts'
import { askPerson } from '../ask-person.ts'
import { baselineText, readBaseline } from './baseline-file.ts'
import { type ChosenFindings, chooseFindings } from './choose-findings.ts'
import { type CodeScanWish, type CollectedScan, collectScan } from './collect-scan.ts'
import { assertKnownRules } from './rule-facts.ts'
import { writeWhole } from './write-whole.ts'

/** A scan as it was asked for on the command line. */
export interface ScanRequest {
  /** As they were typed; empty: the working directory. */
  readonly paths: readonly string[]
  /** Absent: by the name of `output`, else human. */
  readonly format?: ScanFormat | undefined
  readonly output?: string | undefined
  readonly group: 'severity' | 'file'
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
  const options = {
    name: 'scan',
    trustWorkspace: request.trust,
    ...(place.isInteractive && { approve: askPerson }),
  }
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
        return await report(request, again, session, place, signal)
      }
    }
    return await report(request, first, session, place, signal)
  } finally {
    await session.close()
  }
}

interface ScanOutcome {
  readonly scan: CollectedScan
  readonly chosen: ChosenFindings
  /** What the lines were compared with. */
  readonly base?: string
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
    baseline === undefined || writeBaseline ? new Set<string>() : await readBaseline(absolute(baseline, place))
  const progress = (text: string) => place.err(`\r\u001b[2K${text}`)
  const wish = wishOf(request)
  const scan = await collectScan(session, wish, place.showsProgress ? progress : () => {}, signal)
  if (place.showsProgress) place.err('\r\u001b[2K')
  const chosen = chooseFindings(scan.findings, {
    rules,
    categories,
    leastSeverity: severity,
    changed,
    baseline: accepted,
  })
  return { scan, chosen, ...(changed && { base: changed.base }) }
}

/** Rules of security run in any case: what they find is covered in the lines around other findings. */
function wishOf({ paths, rules, categories }: ScanRequest): CodeScanWish {
  if (rules.length === 0 && categories.length === 0) return { paths }
  return { paths, rules, categories: [...new Set(['security' as const, ...categories])] }
}

async function report(
  request: ScanRequest,
  { scan, chosen, base }: ScanOutcome,
  session: ToolSession,
  place: ScanPlace,
  signal: AbortSignal,
): Promise<ExitCode> {
  const { program, now } = {
    program: { name: 'codex-kernel', version: place.runtime.version },
    now: place.runtime.now(),
  }
  const document = scanDocument({
    ...chosen,
    program,
    scanned_at: now.toISOString(),
    paths: request.paths,
    notes: [...(base === undefined ? [] : [`Only lines that differ from ${base} count.`]), ...scan.warnings, modelNote],
    coverage: scan.coverage,
  })
  const output = request.output === undefined ? undefined : absolute(request.output, place)
  const format = request.format ?? (output === undefined ? 'human' : (formatOfFile(output) ?? 'human'))
  const needsSources = format !== 'json' && format !== 'sarif'
  const sources = needsSources ? await sourcesOf(document, scan.findings, session, signal) : new Map<string, string>()
  const style = {
    group: request.group,
    withAccepted: request.withAccepted,
    colour: output === undefined && place.colour.out,
  }
  const text = await renderScan(format, document, sources, style)
  if (output === undefined) place.out(text)
  else {
    await writeWhole(output, text)
    place.err(`${plural(document.counts.total, 'finding')}; the report is in ${output}\n`)
  }
  if (request.writeBaseline && request.baseline !== undefined) {
    await writeWhole(absolute(request.baseline, place), baselineText(document.findings))
    place.err(`The baseline ${request.baseline} holds ${plural(document.counts.total, 'finding')}.\n`)
    return exitCodes.done
  }
  return isOver(document.findings, request.failOn) ? exitCodes.findings : exitCodes.done
}

const modelNote = 'No language model was used.'

const absolute = (file: string, place: ScanPlace): string => resolve(place.runtime.cwd, file)

function isOver(findings: readonly Finding[], failOn: Severity | undefined): boolean {
  if (failOn === undefined) return false
  return findings.some(({ severity }) => severities.indexOf(severity) <= severities.indexOf(failOn))
}

/** The text of the files that findings name. The secrets that any finding of the scan is about are covered, also where it does not count. */
async function sourcesOf(
  { findings }: Pick<ScanDocument, 'findings'>,
  all: readonly Finding[],
  session: ToolSession,
  signal: AbortSignal,
): Promise<SourceTexts> {
  const files = [...new Set(findings.map(({ file }) => file))]
  const byFile = Map.groupBy(all, ({ file }) => file)
  const texts = await session.readTexts(files, signal)
  return new Map([...texts].map(([file, text]) => [file, maskSecrets(text, byFile.get(file) ?? [], session.redact)]))
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

/** @throws CodexError `usage.arguments` */
async function assertUsable(request: ScanRequest, cwd: string): Promise<void> {
  if (request.writeBaseline && request.baseline === undefined) {
    throw new CodexError('usage.arguments', '--write-baseline needs a file to write', {
      hint: 'For example: codex scan --baseline scan-baseline.json --write-baseline.',
    })
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
