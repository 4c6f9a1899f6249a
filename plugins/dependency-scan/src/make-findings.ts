import { createHash } from 'node:crypto'
import type { Finding } from 'codex-kernel/plugin-api'
import type { Flaw } from './dependency.ts'
import { rules } from './rules.ts'

const maxSnippetLength = 160

/** Flaws of a file as findings. Addresses can hold passwords: what is shown has passed `redact`. */
export function makeFindings(
  flaws: readonly Flaw[],
  file: string,
  text: string,
  redact: (text: string) => string,
): readonly Finding[] {
  const lines = text.split('\n')
  return flaws.map(({ rule, line, about, message }) => {
    const { severity, confidence, cwe, why, advice, reference } = rules[rule]
    const written = lines[line - 1] ?? ''
    const indent = written.length - written.trimStart().length
    return {
      rule,
      severity,
      confidence,
      message: redact(message),
      why,
      cwe,
      owasp: ['A06:2021', 'A08:2021'],
      file,
      range: {
        start: { line, column: indent + 1 },
        end: { line, column: Math.max(indent + 1, written.trimEnd().length) + 1 },
      },
      snippet: redact(written.trim().slice(0, maxSnippetLength)),
      flow: [],
      fix: { description: advice, edits: [] },
      references: [reference],
      fingerprint: createHash('sha256')
        .update([rule, file, redact(about)].join('\u0000'))
        .digest('hex')
        .slice(0, 32),
    }
  })
}
