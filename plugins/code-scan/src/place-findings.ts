import type { Finding } from 'codex-kernel/plugin-api'
import { fingerprintFindings } from './fingerprint-findings.ts'

/** Findings of a text, which know no file yet, as those of a file. */
export function placeFindings(findings: readonly Finding[], file: string): readonly Finding[] {
  return fingerprintFindings(
    findings.map((finding) => ({
      ...finding,
      file,
      flow: finding.flow.map((step) => ({ ...step, file })),
      ...(finding.fix ? { fix: { ...finding.fix, edits: finding.fix.edits.map((edit) => ({ ...edit, file })) } } : {}),
    })),
  )
}
