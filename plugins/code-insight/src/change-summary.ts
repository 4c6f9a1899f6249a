import {
  type Difference,
  defineTool,
  type FileDifference,
  type Finding,
  type ToolContext,
  type ToolEvent,
  type ToolOutput,
  z,
} from 'codex-kernel/plugin-api'
import { codeLanguages } from './code-file.ts'
import { type ChangeSummary, summarizeChange } from './describe-change.ts'
import { findMarks } from './find-marks.ts'
import { plural } from './plural.ts'
import { openTrees, readCode } from './read-code.ts'
import { namesChange, readWish } from './read-wish.ts'
import { untestedChanges } from './untested-changes.ts'

const input = z.strictObject({
  wish: z
    .string()
    .default('')
    .describe(
      'What is asked for, in words (`my staged changes`, `the last commit`, `since v2.1`, `this branch`) or as `--diff REVISION`. Says nothing: uncommitted changes, else the last commit.',
    ),
  paths: z.array(z.string()).default([]).describe('Only changes in these files and folders. Empty: all.'),
  scanned_languages: z
    .array(z.enum(codeLanguages))
    .default([])
    .describe(
      'Languages that code_scan looks at with the categories correctness and tests: what its rules find there is not told twice.',
    ),
})

export const tool = defineTool({
  name: 'change_summary',
  description:
    'What a change touches, from git, without running anything: files and lines by kind, its size, public functions that changed without a test, conflict markers, breakpoints, focused and skipped tests and dropped errors in the added lines. Use it first in a review.',
  input,
  effects: ['read'],
  parallel: true,
  run,
})

async function* run(
  { wish, paths, scanned_languages }: z.output<typeof input>,
  ctx: ToolContext,
): AsyncGenerator<ToolEvent, ToolOutput> {
  const asked = readWish(wish)
  const first = await ctx.fs.readDifference(asked ?? {})
  const isMissed = asked !== undefined && first.problem !== undefined && !isWithoutGit(first)
  const difference = isMissed ? await ctx.fs.readDifference() : first
  const code = await readCode(await openTrees([ctx.workspaceRoot], ctx), ctx)
  const below = paths.length === 0 ? undefined : (await openTrees(paths, ctx)).map(({ root }) => root)
  const isAsked = (path: string) =>
    below?.some(
      (root) => `${ctx.workspaceRoot}/${path}` === root || `${ctx.workspaceRoot}/${path}`.startsWith(`${root}/`),
    ) ?? true
  const files = difference.files.filter(({ path }) => isAsked(path))
  const isWhole = files.length === 0 && !(namesChange(wish) && difference.problem === undefined)
  // Without a change, what is there is looked at as if it were new.
  const scope: readonly FileDifference[] = isWhole
    ? code.filter(({ path }) => isAsked(path)).map(({ path, text }) => asAdded(path, text))
    : files
  const findings: readonly Finding[] = findMarks(scope, scanned_languages)
  const summary = summarizeChange(difference, files, {
    ...{ isWhole, findings, paths },
    missed: isMissed
      ? missedWish(first, [asked.revision ?? asked.commit, asked.until].filter(Boolean).join('..'))
      : undefined,
    untested: isWhole ? [] : untestedChanges(files, code),
  })
  for (const finding of findings) yield { type: 'finding', finding }
  return render(summary)
}

function missedWish({ problem }: Difference, revision: string | undefined): string {
  if (problem === 'no_branch') return 'No branch is checked out that has left the main one.'
  return problem === 'no_revision'
    ? `There is no revision "${revision}".`
    : 'The change that was asked for is too large.'
}

function isWithoutGit({ problem }: Difference): boolean {
  return problem === 'no_repository' || problem === 'no_git'
}

function asAdded(path: string, text: string): FileDifference {
  const added = text.split(/\r?\n/).map((line, index) => ({ line: index + 1, text: line }))
  return { path, status: 'added', added, removed: 0, binary: false }
}

function render(change: ChangeSummary): ToolOutput {
  const { totals, findings, untested, notes } = change
  const summary = change.whole
    ? `no change to look at: whole files, ${plural(findings.length, 'mark')}`
    : `${plural(totals.files, 'file')}, ${plural(totals.added, 'line')} added, ${totals.removed} removed; ${plural(findings.length, 'mark')}, ${plural(untested.length, 'public function')} changed without a test`
  const lines = [
    `${change.description}. ${summary}.`,
    ...notes,
    ...change.files
      .slice(0, 100)
      .map(({ path, status, added, removed, part }) => `- ${path}: ${status}, +${added} -${removed}, ${part}`),
    ...findings.map(({ file, range, message }) => `[mark] ${file}:${range.start.line}: ${message}`),
    ...untested.map(
      ({ file, line, name, tests, is_reached }) =>
        `[no test changed] ${file}:${line} ${name}${tests.length > 0 ? ` (its tests: ${tests.join(', ')})` : is_reached ? ' (tested through others alone)' : ' (it has no test)'}`,
    ),
  ]
  return { text: lines.join('\n'), structured: change, summary }
}
