import type { Finding, Range } from 'codex-kernel/plugin-api'
import { fillFix } from './fill-fix.ts'
import { fillTemplate } from './fill-template.ts'
import type { RuleMatch } from './match-rule.ts'
import type { SgNode } from './open-parser.ts'
import type { ConfigUse } from './rule-config.ts'
import type { ScanRule } from './scan-rule.ts'

const maxSnippetLines = 4
const maxSnippetLength = 320
const maxNameLength = 60

/** The finding of a match. File and fingerprint are still empty: `placeFindings` fills them in. */
export function makeFinding(rule: ScanRule, match: RuleMatch, use: ConfigUse): Finding {
  const { node } = match
  const file = ''
  const hide = (text: string): string => hideSecrets(text, match.secrets)
  const range = match.range ?? rangeOf(node)
  const text = fillFix(rule, node, use)
  const sink = { file, range, message: `reaches \`${oneLine(hide(node.text()))}\`` }
  return {
    rule: rule.id,
    severity: match.severity,
    confidence: match.confidence,
    category: rule.category,
    message: oneLine(hide(fillTemplate(withNames(rule.message, match.names), node, (text) => oneLine(text))), 240),
    why: rule.why.trim(),
    cwe: rule.cwe,
    owasp: rule.owasp,
    file,
    range,
    snippet: hide(snippetOf(node)),
    flow:
      match.steps.length === 0
        ? []
        : [...match.steps.map((step) => ({ file, range: rangeOf(step.node), message: hide(step.message) })), sink],
    ...(rule.fix
      ? {
          fix: {
            description: rule.fix.advice.trim(),
            edits: text === undefined ? [] : [{ file, range, text }],
          },
        }
      : {}),
    references: rule.references,
    fingerprint: '',
  }
}

/** Positions from 1, as findings count. */
export function rangeOf(node: SgNode): Range {
  const { start, end } = node.range()
  return {
    start: { line: start.line + 1, column: start.column + 1 },
    end: { line: end.line + 1, column: end.column + 1 },
  }
}

function withNames(template: string, names: Readonly<Record<string, string>>): string {
  return template.replace(/\$([A-Z_][A-Z0-9_]*)/g, (written, name: string) => names[name] ?? written)
}

function snippetOf(node: SgNode): string {
  const lines = node.text().split('\n')
  const text = lines.slice(0, maxSnippetLines).join('\n')
  return text.length > maxSnippetLength || lines.length > maxSnippetLines
    ? `${text.slice(0, maxSnippetLength)} …`
    : text
}

function oneLine(text: string, length = maxNameLength): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > length ? `${line.slice(0, length)}…` : line
}

/** A shorter text would be found in the words beside it. */
const leastBareLength = 8

/** Keeps the quotes, so that a reader sees what stood there. Without them only a long text is looked for: a key may be a word such as `id`. */
function hideSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((shown, secret) => {
    const [, open = '', bare = '', close = ''] =
      /^([a-zA-Z]{0,2}['"`]{1,3})?([\s\S]*?)(['"`]{1,3})?$/.exec(secret) ?? []
    if (bare === '') return shown
    const inQuotes = open === '' ? shown : shown.replaceAll(secret, () => `${open}[redacted]${close}`)
    const isWhole = open === '' || bare.length >= leastBareLength
    return isWhole ? inQuotes.replaceAll(bare, '[redacted]') : inQuotes
  }, text)
}
