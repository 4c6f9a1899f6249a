import { CodexError } from '../../plugin-api/errors.ts'
import type { Finding, ThreadItem } from '../../plugin-api/index.ts'
import { terminalText } from '../../plugin-api/terminal-text.ts'
import type { ToolSession } from '../../runtime/open-tool-session.ts'
import { confirm } from '../ask-person.ts'
import { scanFailure } from './call-scan-tool.ts'
import { coverSecrets } from './cover-secrets.ts'
import { patchOf, unifiedDiff } from './fix-patch.ts'
import { type FixPlan, planFixes } from './plan-fixes.ts'

export interface FixDeps {
  readonly session: ToolSession
  readonly place: { readonly err: (text: string) => void; readonly isInteractive: boolean }
  /** Agreed to beforehand. */
  readonly yes: boolean
  /** All findings of the scan, whose secrets the preview covers. */
  readonly all: readonly Finding[]
}

/**
 * Shows what the mechanical fixes of findings would change, and applies them after a yes, by `apply_patch` through the gate. Gives the
 * findings that were fixed.
 *
 * @throws CodexError `permission.denied` where the profile lets nothing be written, `tool.failed`; the abort reason
 */
export async function fixFindings(
  findings: readonly Finding[],
  { session, place, yes, all }: FixDeps,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const files = [...new Set(findings.flatMap(({ fix }) => fix?.edits.map(({ file }) => file) ?? []))]
  const read = await session.readTexts(files, signal)
  // A patch is text: other bytes would not come through it.
  const isText = ({ fix }: Finding): boolean => !fix?.edits.some(({ file }) => read.get(file)?.includes('\uFFFD'))
  const fixable = findings.filter(isText)
  const texts = new Map([...read].filter(([, text]) => !text.includes('\uFFFD')))
  const plan = planFixes(fixable, texts)
  const others = findings.filter((finding) => !isText(finding))
  place.err(withheldText(findings) + leftOutText(plan) + leftOut(others, 'since its file has bytes that are no UTF-8'))
  const fixed = [...new Set(plan.files.flatMap((each) => each.findings))]
  const count = fixed.length
  if (count === 0) {
    place.err('No finding has a mechanical fix, so nothing is changed.\n')
    return []
  }
  const covered = coverSecrets(texts, all, session.secretPlaces)
  place.err(`${terminalText(unifiedDiff(planFixes(fixable, covered.texts).files))}\n`)
  const what = `${count} ${count === 1 ? 'fix' : 'fixes'} in ${plan.files.length} ${plan.files.length === 1 ? 'file' : 'files'}`
  if (!yes && !place.isInteractive) {
    place.err(`${what} shown; nothing is changed. Apply them on a terminal, or with --yes.\n`)
    return []
  }
  if (!yes && !(await confirm(`Apply ${what}? y or n: `, signal))) {
    place.err('Nothing is changed.\n')
    return []
  }
  await applyPatch(
    patchOf(plan.files.map((each) => ({ ...each, file: pathFrom(session, each.file) }))),
    session,
    signal,
  )
  return fixed
}

/** Findings name paths from the root of the workspace; a patch is read from the working directory. */
function pathFrom({ workspaceRoot }: ToolSession, file: string): string {
  return file.startsWith('/') ? file : `${workspaceRoot}/${file}`
}

async function applyPatch(patch: string, session: ToolSession, signal: AbortSignal): Promise<void> {
  const events = session.call('apply_patch', patch, signal)
  let denial: Extract<ThreadItem, { type: 'denial' }> | undefined
  let step = await events.next()
  for (; !step.done; step = await events.next()) {
    if ('item' in step.value && step.value.item.type === 'denial') denial = step.value.item
  }
  if (!step.value.failed) return
  const failure = scanFailure(step.value.output, denial)
  if (failure.code !== 'permission.denied') throw failure
  throw new CodexError('permission.denied', `The fixes may not be written: ${failure.message}`, {
    hint: 'Choose a profile that lets the workspace be written: codex scan --fix --profile workspace-write.',
    cause: failure,
  })
}

/** Of findings whose rule knows a change that is not right where they are. */
const withheldText = (findings: readonly Finding[]): string =>
  findings
    .flatMap(({ file, range, rule, fix }) =>
      fix?.withheld === undefined ? [] : [`Left out, since ${fix.withheld}: ${file}:${range.start.line} ${rule}`],
    )
    .map((line) => `${terminalText(line)}\n`)
    .join('')

function leftOutText({ overlapping, unfit }: FixPlan): string {
  return leftOut(overlapping, 'since it overlaps another fix') + leftOut(unfit, 'since it does not fit the file')
}

const leftOut = (findings: readonly Finding[], why: string): string =>
  findings
    .map(({ file, range, rule }) => `Left out, ${why}: ${terminalText(`${file}:${range.start.line} ${rule}`)}\n`)
    .join('')
