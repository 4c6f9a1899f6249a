import { createHash } from 'node:crypto'
import type { Finding } from 'codex-kernel/plugin-api'

/**
 * Fills in fingerprints: of rule, file and the matched text without its white space, counted where they repeat.
 * Lines that move, and edits elsewhere, change nothing.
 */
export function fingerprintFindings(findings: readonly Finding[]): readonly Finding[] {
  const seen = new Map<string, number>()
  return findings.map((finding) => {
    const text = (finding.snippet ?? '').replace(/\s+/g, '')
    const base = [finding.rule, finding.file, text].join('\u0000')
    const count = seen.get(base) ?? 0
    seen.set(base, count + 1)
    const fingerprint = createHash('sha256').update(`${base}\u0000${count}`).digest('hex').slice(0, 32)
    return { ...finding, fingerprint }
  })
}
