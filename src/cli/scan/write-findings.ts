import { formatOfFile, renderScan } from '../../output/scan/render-scan.ts'
import { scanDocument } from '../../output/scan/scan-document.ts'
import { CodexError } from '../../plugin-api/errors.ts'
import { type Finding, mergeFindings } from '../../plugin-api/index.ts'
import { writeOutputFile } from '../output-file.ts'

export interface FoundBy {
  /** Of the program. */
  readonly version: string
  /** Why there may be more findings; empty: nothing broke off. */
  readonly incomplete: string
}

/**
 * Writes the findings of a thread as a report in the format that the file's name asks for. Code stands in it as far as the findings
 * hold it.
 *
 * @throws CodexError `output.unwritable`
 */
export async function writeFindings(
  file: string,
  findings: readonly Finding[],
  { version, incomplete }: FoundBy,
): Promise<void> {
  const unique = new Map(findings.map((finding) => [finding.fingerprint, finding]))
  const document = scanDocument({
    program: { name: 'codex-kernel', version },
    scanned_at: new Date().toISOString(),
    paths: [],
    findings: mergeFindings([...unique.values()]).map(({ finding }) => finding),
    accepted: [],
    filtered: {},
    notes: [],
    ...(incomplete !== '' && { incomplete }),
  })
  await writeOutputFile(
    file,
    await renderScan(formatFor(file), document, new Map(), { colour: false, group: 'severity' }),
  )
}

/** To be called before the work begins. @throws CodexError `usage.arguments` for a name that says no format */
export function formatFor(file: string) {
  const format = formatOfFile(file)
  if (format !== undefined) return format
  throw new CodexError('usage.arguments', `--findings ${file}: the name says no format`, {
    hint: 'Use a name that ends in .sarif, .html, .md, .json or .txt.',
  })
}
