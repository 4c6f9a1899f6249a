import { grouped } from '../../plugin-api/grouped.ts'
import type { Finding, Range, Severity } from '../../plugin-api/index.ts'
import { gapsOf, gapText, plural } from './describe-coverage.ts'
import type { AcceptedFinding, ScanDocument } from './scan-document.ts'

/**
 * The report as SARIF 2.1.0 (OASIS, 27 March 2020), in the subset that code-scanning viewers read. Paths are relative to
 * `%SRCROOT%`, which the viewer knows; nothing of this machine is in it.
 *
 * @param withAccepted put findings that do not count in as suppressed; some viewers show those as open alerts
 */
export function renderScanSarif(document: ScanDocument, withAccepted: boolean): string {
  const { program, coverage, compared_with_baseline: isCompared = false } = document
  const accepted = withAccepted
    ? document.accepted.slice(0, maxResults - Math.min(document.findings.length, maxResults))
    : []
  const findings = document.findings.slice(0, maxResults)
  const leftOut = document.findings.length - findings.length
  const all = [...findings, ...accepted.map(({ finding }) => finding)]
  const rules = [...new Map(all.map((finding) => [finding.rule, finding])).values()]
  const ruleIndexes = new Map(rules.map(({ rule }, index) => [rule, index]))
  const results = [
    ...findings.map((finding) => ({
      ...resultOf(finding, ruleIndexes),
      ...(isCompared && { baselineState: 'new' as const }),
    })),
    ...accepted.map((each) => ({
      ...resultOf(each.finding, ruleIndexes),
      ...(each.by === 'baseline' && { baselineState: 'unchanged' as const }),
      suppressions: [suppressionOf(each)],
    })),
  ]
  const log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: { name: program.name, semanticVersion: program.version, rules: rules.map(ruleOf) },
        },
        automationDetails: { id: ['codex-scan', ...(coverage ? [coverage.parts.join('+')] : []), ''].join('/') },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { '%SRCROOT%': { description: { text: 'The root of the source tree that was scanned.' } } },
        invocations: [
          {
            executionSuccessful: document.incomplete === undefined,
            endTimeUtc: document.scanned_at,
            ...((coverage || leftOut > 0 || document.incomplete !== undefined) && {
              toolExecutionNotifications: [
                ...(document.incomplete === undefined
                  ? []
                  : [{ level: 'error', message: { text: document.incomplete } }]),
                ...(leftOut > 0 ? [{ level: 'warning', message: { text: leftOutText(leftOut) } }] : []),
                ...(coverage ? notificationsOf(coverage) : []),
              ],
            }),
          },
        ],
        results,
      },
    ],
  }
  // A text may hold halves of surrogate pairs, which no strict reader takes.
  return `${JSON.stringify(log, (_, value) => (typeof value === 'string' ? value.toWellFormed() : value), 2)}\n`
}

/** GitHub takes no more of one run (its documentation of SARIF limits); the worst come first. */
const maxResults = 25_000
/** GitHub shows no more of one way. */
const maxSteps = 1000

const leftOutText = (count: number): string =>
  `${plural(count, 'finding')} less severe are left out, since viewers take ${grouped(maxResults)} of a run; --format json has all.`

/** Scores that viewers sort by: over 9 critical, 7 to 8.9 high, 4 to 6.9 medium, below low. */
const securitySeverities: Readonly<Record<Severity, string>> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  low: '3.0',
  info: '0.0',
}
const levels = { critical: 'error', high: 'error', medium: 'warning', low: 'note', info: 'note' } as const
const precisions = { high: 'high', medium: 'medium', low: 'low' } as const

function ruleOf({ rule, message, why, fix, cwe, owasp, references, severity, confidence }: Finding) {
  const advice = fix ? `\n\nFix: ${fix.description}` : ''
  const links = references.length > 0 ? `\n\n${references.map((url) => `- ${url}`).join('\n')}` : ''
  const text = `${why ?? message}${advice}${links}`
  const markdown = [
    why ?? message,
    ...(fix ? [`**Fix:** ${fix.description}`] : []),
    ...(cwe.length > 0 ? [cwe.map(weaknessLink).join(', ')] : []),
    ...(references.length > 0 ? [references.map((url) => `- <${url}>`).join('\n')] : []),
  ].join('\n\n')
  const [reference] = references
  return {
    id: rule,
    name: rule,
    shortDescription: { text: message },
    fullDescription: { text: why ?? message },
    help: { text, markdown },
    ...(reference !== undefined && URL.canParse(reference) && { helpUri: reference }),
    defaultConfiguration: { level: levels[severity] },
    properties: {
      tags: [
        // Viewers show a security severity only for rules with this tag, and rules of other kinds carry no weakness.
        ...(cwe.length > 0 || owasp.length > 0 ? ['security'] : ['maintainability']),
        ...new Set(
          cwe.map((each) => `external/cwe/${each.toLowerCase().replace(/\d+$/, (id) => id.padStart(3, '0'))}`),
        ),
        ...new Set(owasp.map((each) => `external/owasp/${each.toLowerCase()}`)),
      ],
      precision: precisions[confidence],
      'problem.severity':
        severity === 'critical' || severity === 'high' ? 'error' : severity === 'medium' ? 'warning' : 'recommendation',
      ...((cwe.length > 0 || owasp.length > 0) && { 'security-severity': securitySeverities[severity] }),
    },
  }
}

/** As in the catalogue of weaknesses. */
function weaknessLink(cwe: string): string {
  const number = /^CWE-(\d+)$/.exec(cwe)?.[1]
  return number === undefined ? cwe : `[${cwe}](https://cwe.mitre.org/data/definitions/${number}.html)`
}

function resultOf(finding: Finding, ruleIndexes: ReadonlyMap<string, number>) {
  const { rule, severity, confidence, message, snippet, flow, fix, fingerprint, commit } = finding
  return {
    ruleId: rule,
    ruleIndex: ruleIndexes.get(rule) ?? -1,
    level: levels[severity],
    message: { text: message },
    locations: [{ physicalLocation: physicalLocation(finding, snippet) }],
    partialFingerprints: { 'codexFinding/v1': fingerprint },
    ...(flow.length > 0 && {
      codeFlows: [
        {
          threadFlows: [
            {
              locations: flow.slice(-maxSteps).map((step) => ({
                location: { physicalLocation: physicalLocation(step), message: { text: step.message } },
              })),
            },
          ],
        },
      ],
    }),
    ...(fix && fix.edits.length > 0 && { fixes: [fixOf(fix)] }),
    properties: { severity, confidence, ...(commit !== undefined && { commit }) },
  }
}

function fixOf({ description, edits }: NonNullable<Finding['fix']>) {
  return {
    description: { text: description },
    artifactChanges: [...Map.groupBy(edits, ({ file }) => file)].map(([file, own]) => ({
      artifactLocation: artifactLocation(file),
      replacements: own.map(({ range, text }) => ({ deletedRegion: region(range), insertedContent: { text } })),
    })),
  }
}

function suppressionOf({ by, reason }: AcceptedFinding) {
  return {
    kind: by === 'comment' ? 'inSource' : 'external',
    status: 'accepted',
    justification: reason ?? (by === 'baseline' ? 'It is in the baseline.' : 'A comment suppresses it.'),
  }
}

function notificationsOf(coverage: NonNullable<ScanDocument['coverage']>) {
  return [
    ...gapsOf(coverage).map((gap) => ({
      level: 'note',
      message: { text: gapText(gap) },
      locations: [{ physicalLocation: { artifactLocation: artifactLocation(gap.file) } }],
    })),
    ...coverage.broken_rules.map(({ rule, problem }) => ({
      level: 'warning',
      message: { text: `Rule ${rule} did not run: ${problem}` },
    })),
  ]
}

function physicalLocation({ file, range }: Pick<Finding, 'file' | 'range'>, snippet?: string) {
  return {
    artifactLocation: artifactLocation(file),
    region: { ...region(range), ...(snippet !== undefined && { snippet: { text: snippet } }) },
  }
}

/** A path outside the root is absolute. */
function artifactLocation(file: string) {
  const path = file.toWellFormed().split('/').map(encodeURIComponent).join('/')
  return file.startsWith('/') ? { uri: `file://${path}` } : { uri: path, uriBaseId: '%SRCROOT%' }
}

function region({ start, end }: Range) {
  return { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column }
}
