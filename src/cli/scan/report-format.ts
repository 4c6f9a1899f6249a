import { extname } from 'node:path'
import { formatOfFile } from '../../output/scan/render-scan.ts'
import { CodexError } from '../../plugin-api/errors.ts'
import type { ScanRequest } from './run-scan.ts'

/** Which words of a command line say what a report is. */
interface FormatWords {
  readonly json?: boolean
  readonly format?: ScanRequest['format']
  readonly output?: string | undefined
}

/**
 * Where the report goes and in which format; `-` is standard output. Absent: what the name of the file says, else text.
 *
 * @throws CodexError `usage.arguments` for two formats at once, and for a name whose ending is none
 */
export function reportFormat({ json, format, output }: FormatWords): Pick<ScanRequest, 'format' | 'output'> {
  const file = output === '-' ? undefined : output
  const ofFile = file === undefined ? undefined : formatOfFile(file)
  if (json && format !== undefined && format !== 'json') {
    throw new CodexError('usage.arguments', `--json and --format ${format} are two formats`, { hint: 'Give one.' })
  }
  if (json && ofFile !== undefined && ofFile !== 'json') {
    throw new CodexError('usage.arguments', `--json, but ${output} is the name of a report as ${ofFile}`, {
      hint: 'Leave --json out, or use a name that ends in .json.',
    })
  }
  if (file !== undefined && !json && format === undefined && ofFile === undefined && extname(file) !== '') {
    throw new CodexError('usage.arguments', `--output ${file}: the name says no format`, {
      hint: 'Use a name that ends in .sarif, .html, .md, .json or .txt, or say it: --format.',
    })
  }
  return { format: json ? 'json' : format, output: file }
}
