import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type RunEvent, type RunResult, runEventSchema } from '../../src/plugin-api/run.ts'
import type { CodexResult } from './run-codex.ts'

/** What `codex workflows run --json` or `codex supervisor --json` printed. */
export interface PrintedRun {
  readonly events: readonly RunEvent[]
  readonly result: RunResult
  /** Messages of its warnings. */
  readonly warnings: readonly string[]
  /** How each task ended, and why where it is not done. */
  readonly states: Readonly<Record<string, string>>
}

/** The events of a run, each of which the schema knows, and the result that is the last of them. */
export function runOf({ stdout, stderr }: Pick<CodexResult, 'stdout' | 'stderr'>): PrintedRun {
  const events = stdout
    .split('\n')
    .filter(Boolean)
    .map((line): RunEvent => runEventSchema.parse(JSON.parse(line)))
  const last = events.at(-1)
  if (last?.type !== 'run.completed') throw new Error(`the run did not end: ${stdout.slice(0, 500)} ${stderr}`)
  const warnings = events.flatMap((event) =>
    'item' in event && event.item.type === 'error' ? [event.item.message] : [],
  )
  const states = Object.fromEntries(
    last.result.results.map(({ task, state, reason }) => [task, reason === undefined ? state : `${state}: ${reason}`]),
  )
  return { events, result: last.result, warnings, states }
}

/** How each task ended, and why where it is not done. */
export const statesOf = (ended: Pick<CodexResult, 'stdout' | 'stderr'>) => runOf(ended).states

/** Ids of the runs that are kept, the oldest first. */
export async function keptRuns(codexHome: string): Promise<readonly string[]> {
  return (await readdir(join(codexHome, 'runs')).catch(() => [])).sort()
}

/** The journal of a run. */
export const journalOf = (codexHome: string, runId: string): string => join(codexHome, 'runs', runId, 'journal.jsonl')

/** The lines of a journal. */
export async function journalLines(codexHome: string, runId: string) {
  const text = await readFile(journalOf(codexHome, runId), 'utf8')
  return text
    .split('\n')
    .filter(Boolean)
    .map((line): { readonly type: string; readonly payload: Record<string, unknown> } => JSON.parse(line))
}

/** The beginning of a workflow file. */
export const workflowHead = (id: string, more = '') => `[workflow]\nid = "${id}"\ndescription = "The ${id}"\n${more}\n`

/** A task of a workflow file. */
export const workflowTask = (id: string, agent: string, more = '') =>
  `[[tasks]]\nid = "${id}"\ntitle = "Title of ${id}"\nprompt = "Prompt of ${id}."\nagent = "${agent}"\n${more}\n`

/** An agent file without a playbook. */
export const agentFile = (id: string, aliases: readonly string[] = []) =>
  `[agent]\nid = "${id}"\nname = "${id}"\ndescription = "d"\naliases = ${JSON.stringify(aliases)}\n[prompt]\nsystem = "Work."\n`
