import { basename, resolve } from 'node:path'
import { plural } from '../../output/scan/describe-coverage.ts'
import { formatOfFile, renderScan } from '../../output/scan/render-scan.ts'
import { scanDocument } from '../../output/scan/scan-document.ts'
import { type ExitCode, exitCodes } from '../../plugin-api/errors.ts'
import { type Finding, type Severity, severities } from '../../plugin-api/index.ts'
import { terminalLine } from '../../plugin-api/terminal-text.ts'
import type { ToolSession } from '../../runtime/open-tool-session.ts'
import { writeOutputFile } from '../output-file.ts'
import { baselineText } from './baseline-file.ts'
import type { ChosenFindings } from './choose-findings.ts'
import type { CollectedScan } from './collect-scan.ts'
import { coverSecrets, holdsSecret, type SecretCover } from './cover-secrets.ts'
import type { ScanPlace, ScanRequest } from './run-scan.ts'

/** A scan, and what of it is reported. */
export interface ScanOutcome {
  readonly scan: CollectedScan
  readonly chosen: ChosenFindings
  /** What the lines were compared with. */
  readonly base?: string
  /** With `base`: the files that have such lines. */
  readonly changedFiles?: ReadonlySet<string>
}

/** Shows or writes the report and, where it is asked for, the baseline. Gives the exit code. */
export async function reportScan(
  request: ScanRequest,
  { scan, chosen, base, changedFiles }: ScanOutcome,
  session: ToolSession,
  place: ScanPlace,
  signal: AbortSignal,
): Promise<ExitCode> {
  const cover = await coverOf(chosen.findings, scan.findings, session, signal)
  const document = scanDocument({
    ...chosen,
    findings: chosen.findings.map(cover.finding),
    accepted: chosen.accepted.map((each) => ({ ...each, finding: cover.finding(each.finding) })),
    program: { name: 'codex-kernel', version: place.runtime.version },
    scanned_at: place.runtime.now().toISOString(),
    ...(request.baseline !== undefined && !request.writeBaseline && { compared_with_baseline: true }),
    project: basename(session.workspaceRoot),
    paths: request.paths,
    notes: [...(base === undefined ? [] : [baseNote(base)]), ...scan.warnings, modelNote],
    coverage: scan.coverage,
  })
  const output = request.output === undefined ? undefined : resolve(place.runtime.cwd, request.output)
  const format = request.format ?? (output === undefined ? 'human' : (formatOfFile(output) ?? 'human'))
  const style = {
    group: request.group,
    withAccepted: request.withAccepted,
    plain: request.plain,
    colour: output === undefined && place.colour.out,
  }
  const text = await renderScan(format, document, cover.texts, style)
  if (output === undefined) place.out(text)
  else {
    await writeOutputFile(output, text)
    place.err(`${plural(document.counts.total, 'finding')}; the report is in ${output}\n`)
  }
  if (request.writeBaseline && request.baseline !== undefined) {
    await writeOutputFile(resolve(place.runtime.cwd, request.baseline), baselineText(document.findings))
    place.err(`The baseline ${request.baseline} holds ${plural(document.counts.total, 'finding')}.\n`)
    return exitCodes.done
  }
  if (isOver(document.findings, request.failOn)) return exitCodes.findings
  const unknown = request.failOn === undefined ? undefined : notScanned(scan.coverage, changedFiles)
  if (unknown === undefined) return exitCodes.done
  place.err(`Not passed: ${unknown}, so that --fail-on cannot say that nothing is there.\n`)
  return exitCodes.failed
}

/** What a scan that found nothing grave says nothing about, although it was meant to; undefined where there is no such thing. */
function notScanned(
  { gaps, broken_rules: broken, truncated }: CollectedScan['coverage'],
  changedFiles: ReadonlySet<string> | undefined,
): string | undefined {
  const files = new Set(gaps.filter(({ reason }) => unplanned.has(reason)).map(({ file }) => file))
  const meant = [...files].filter((file) => changedFiles?.has(file) ?? true)
  const named = terminalLine(meant.slice(0, 3).join(', ')) + (meant.length > 3 ? ', …' : '')
  if (meant.length > 0) return `${plural(meant.length, 'file')} could not be scanned as a whole (${named})`
  if (truncated) return 'there are more files than one scan takes'
  return broken.length > 0 ? `${plural(broken.length, 'rule')} did not run` : undefined
}

/** Reasons that lie in the run; others lie in the file, and are the same the next time. */
const unplanned = new Set(['time_limit', 'unscannable', 'unreadable'])

/** Before the first commit all lines are new. */
const baseNote = (base: string): string =>
  base.startsWith('nothing')
    ? 'There is no commit yet, so every line counts.'
    : `Only lines that differ from ${base} count.`

const modelNote = 'No language model was used.'

function isOver(findings: readonly Finding[], failOn: Severity | undefined): boolean {
  if (failOn === undefined) return false
  return findings.some(({ severity }) => severities.indexOf(severity) <= severities.indexOf(failOn))
}

/** Of the files that reported findings name, and of those that hold a secret, which another file may quote. */
async function coverOf(
  reported: readonly Finding[],
  all: readonly Finding[],
  session: ToolSession,
  signal: AbortSignal,
): Promise<SecretCover> {
  const secrets = all.filter((finding) => finding.commit === undefined && holdsSecret(finding))
  const files = new Set([...reported, ...secrets].map(({ file }) => file))
  return coverSecrets(await session.readTexts([...files], signal), all, session.secretPlaces)
}
