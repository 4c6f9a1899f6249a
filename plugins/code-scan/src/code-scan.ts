import {
  type Definition,
  defineTool,
  severities,
  type ToolContext,
  type ToolEvent,
  type ToolOutput,
  type Tree,
  type TreeFile,
  z,
} from 'codex-kernel/plugin-api'
import { languageOfName, languageOfShebang } from './language-of.ts'
import { type CodeParser, openParser } from './open-parser.ts'
import { renderScan } from './render-scan.ts'
import type { ScanRule } from './scan-rule.ts'
import { scanText } from './scan-text.ts'
import { isTestFile, skipReasonOfPath, skipReasonOfText } from './skip-reason.ts'
import { type FileOutcome, summarizeScan } from './summarize-scan.ts'

const input = z.strictObject({
  paths: z.array(z.string()).default([]).describe('Files and directories. Empty: the working directory.'),
  rules: z.array(z.string()).optional().describe('Ids of the rules to run. Absent: all.'),
  min_severity: z.enum(severities).default('info').describe('Least severity to report.'),
})

/** Files that are read and parsed at the same time; the parser has its own threads. */
const concurrency = 8
/** A file without an extension is opened for its first line only if it could be a script. */
const maxScriptBytes = 64 * 1024
/** Code that people write is shorter; what is longer is counted as skipped. */
const maxFileBytes = 1024 * 1024

export const tool = defineTool({
  name: 'code_scan',
  description:
    'Scan JavaScript, TypeScript and Python code for security flaws with the installed rules, without running it. ' +
    'Gives findings with rule, severity, confidence, CWE, file:line:column, the way of the data, and the fix. ' +
    'Use it first in a security review, then read the code at each finding.',
  input,
  effects: ['read'],
  parallel: true,
  run: scan,
})

async function* scan(request: z.output<typeof input>, ctx: ToolContext): AsyncGenerator<ToolEvent, ToolOutput> {
  const choice = chooseRules(await ctx.definitions('scan-rule'), request)
  if ('unknown' in choice) {
    const text = `No rule has the id ${choice.unknown.join(', ')}. Rules: ${choice.known.join(', ')}`
    return { text, summary: 'no such rule', failed: true }
  }
  const parser = await openParser()
  const roots = request.paths.length > 0 ? request.paths : [ctx.cwd]
  const trees: Tree[] = []
  const outcomes = new Map<string, FileOutcome>()
  for (const root of roots) {
    const tree = await ctx.fs.openTree(root, { maxFileBytes })
    trees.push(tree)
    const files = tree.files.filter((file) => !outcomes.has(file.path)).values()
    const worker = async (): Promise<void> => {
      for (const file of files) {
        ctx.signal.throwIfAborted()
        const outcome = await scanFile(file, tree.root, choice.chosen, parser, ctx)
        if (outcome) outcomes.set(file.path, outcome)
      }
    }
    await Promise.all(Array.from({ length: concurrency }, worker))
  }
  const report = summarizeScan(trees, [...outcomes.values()], choice.chosen.length)
  for (const finding of report.findings) yield { type: 'finding', finding }
  return renderScan(report)
}

type RuleChoice =
  | { readonly chosen: readonly ScanRule[] }
  | { readonly unknown: readonly string[]; readonly known: readonly string[] }

function chooseRules(definitions: readonly Definition<unknown>[], request: z.output<typeof input>): RuleChoice {
  const wanted = request.rules
  const known = definitions.map((definition) => definition.id)
  const unknown = wanted?.filter((id) => !known.includes(id)) ?? []
  if (unknown.length > 0) return { unknown, known }
  const reported = severities.slice(0, severities.indexOf(request.min_severity) + 1)
  const chosen = definitions
    .filter((definition) => !wanted || wanted.includes(definition.id))
    .map((definition) => ({ ...(definition.value as ScanRule), id: definition.id })) // checked by the kind of this plugin
    .filter((rule) => reported.includes(rule.severity))
  return { chosen }
}

/** Undefined for what is no code. */
async function scanFile(
  file: TreeFile,
  root: string,
  rules: readonly ScanRule[],
  parser: CodeParser,
  ctx: ToolContext,
): Promise<FileOutcome | undefined> {
  const named = languageOfName(file.path)
  if (!named || (named === 'maybe' && file.sizeBytes > maxScriptBytes)) return undefined
  const skipPath = skipReasonOfPath(
    file.path.startsWith(`${root}/`)
      ? file.path.slice(root.length + 1)
      : file.path.slice(file.path.lastIndexOf('/') + 1),
  )
  if (skipPath) return { skipped: skipPath }
  const text = await readCode(file, ctx.signal)
  if (text === undefined) return named === 'maybe' ? undefined : { skipped: 'unreadable' }
  const language = named === 'maybe' ? languageOfShebang(text) : named
  if (!language) return undefined
  const skipText = skipReasonOfText(text)
  if (skipText) return { skipped: skipText }
  const isFitting = (rule: ScanRule): boolean => [rule.language].flat().includes(language.name)
  const source = { file: file.relativePath, text, language, isTest: isTestFile(file.relativePath) }
  const suppressions = ctx.workspaceTrusted === true ? 'honour' : 'ignore'
  const scan = await scanText(source, rules.filter(isFitting), parser, { suppressions })
  return { language: language.name, scan }
}

/** Undefined for a file that is gone, refused or no UTF-8: a scan goes on without it, and says so. */
async function readCode(file: TreeFile, signal: AbortSignal): Promise<string | undefined> {
  try {
    return await file.read()
  } catch {
    signal.throwIfAborted()
    return undefined
  }
}
