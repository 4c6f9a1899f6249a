import type { ToolContext, TreeFile } from 'codex-kernel/plugin-api'
import type { KeptScans } from './kept-scans.ts'
import { languageOfName, languageOfShebang } from './language-of.ts'
import { placeFindings } from './place-findings.ts'
import { quotesSecret } from './quotes-secret.ts'
import type { ScanPool } from './scan-pool.ts'
import type { ScanRule } from './scan-rule.ts'
import { isTestFile, skipReasonOfPath, skipReasonOfText } from './skip-reason.ts'
import type { FileOutcome } from './summarize-scan.ts'
import { applySuppressions } from './suppressions.ts'
import { liesIn } from './switch-off.ts'

/** A file without an extension is opened for its first line only if it could be a script. */
const maxScriptBytes = 64 * 1024

export interface ScanFileDeps {
  readonly pool: ScanPool
  readonly kept: KeptScans
  /** Those of the pool. */
  readonly rules: readonly ScanRule[]
  /** Of all rules that there are, also those that do not run. */
  readonly isRule: (id: string) => boolean
  readonly ctx: Pick<ToolContext, 'workspaceTrusted' | 'signal' | 'redact' | 'findSecrets'>
}

/** What a scan makes of one file; undefined for what is no code. `root` is the tree that was asked for. */
export async function scanFile(file: TreeFile, root: string, deps: ScanFileDeps): Promise<FileOutcome | undefined> {
  const { pool, kept, rules, isRule, ctx } = deps
  const name = file.relativePath
  const named = languageOfName(file.path)
  if (!named || (named === 'maybe' && file.sizeBytes > maxScriptBytes)) return undefined
  const skipPath = skipReasonOfPath(pathBelow(root, file.path))
  if (skipPath) return { file: name, skipped: skipPath }
  const text = await readCode(file, ctx.signal)
  if (text === undefined) return named === 'maybe' ? undefined : { file: name, skipped: 'unreadable' }
  const language = named === 'maybe' ? languageOfShebang(text) : named
  if (!language) return undefined
  const skipText = skipReasonOfText(text)
  if (skipText) return { file: name, skipped: skipText }
  const task = { text, language, isTest: isTestFile(name), withoutRules: rulesNotIn(name, rules) }
  const known = kept.find(task)
  const { scan, stopped } = known ? { scan: known, stopped: [] } : await pool.scan(task)
  if (!scan) return { file: name, skipped: 'unscannable', problem: stopped.at(-1)?.problem ?? 'unknown' }
  // What was stopped is tried again by the next scan.
  if (!known && stopped.length === 0 && !(await quotesSecret(scan, text, ctx))) kept.keep(task, scan)
  const mode = ctx.workspaceTrusted === true ? 'honour' : 'ignore'
  const { kept: findings, suppressed, ignored } = applySuppressions(scan.findings, scan.comments, { mode, isRule })
  return {
    file: name,
    language: language.name,
    findings: placeFindings(findings, name),
    isTest: task.isTest,
    suppressed,
    suppressionsIgnored: ignored,
    suppressionsUntrusted: mode === 'ignore' ? ignored : 0,
    brokenRules: scan.brokenRules,
    stopped,
    ...(scan.measures ? { measures: scan.measures } : {}),
    hasInvalidText: text.includes('\uFFFD'),
    ...(scan.syntaxErrorLine === undefined ? {} : { syntaxErrorLine: scan.syntaxErrorLine }),
  }
}

function rulesNotIn(file: string, rules: readonly ScanRule[]): readonly string[] {
  return rules.filter((rule) => rule.not_in.length > 0 && liesIn(file, rule.not_in)).map(({ id }) => id)
}

function pathBelow(root: string, path: string): string {
  return path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path.slice(path.lastIndexOf('/') + 1)
}

/** Undefined for a file that is gone or refused: a scan goes on without it, and says so. */
async function readCode(file: TreeFile, signal: AbortSignal): Promise<string | undefined> {
  try {
    return await file.read()
  } catch {
    signal.throwIfAborted()
    return undefined
  }
}
