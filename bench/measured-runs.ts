import type { Place } from './open-place.ts'
import type { Subject } from './run-process.ts'
import type { ThreadScript } from './serve-threads.ts'
import { type MeasuredPlan, type MeasuredTask, workflowFile } from './workflow-file.ts'

/** What an agent says that has done its part. */
export const partAnswer = 'this part is done'

/** Answers the threads of `parts` at once. */
export const scriptOfParts: ThreadScript = { said: 'do part', turns: [{ text: partAnswer }] }

/** What so many agents are asked. */
export function parts(count: number): readonly string[] {
  return Array.from({ length: count }, (_, part) => `do part ${part}`)
}

/** The same as tasks. */
export function partTasks(count: number): readonly MeasuredTask[] {
  return parts(count).map((prompt, index) => ({ id: `t${index}`, prompt }))
}

/** Two agents at the same time, and one that is told what they said. */
export const coordinatedTasks: readonly MeasuredTask[] = [
  ...partTasks(2),
  { id: 'together', prompt: 'do part 2', needs: ['t0', 't1'] },
]

/** The same for the floor. */
export const coordinatedWaves: readonly (readonly string[])[] = [parts(2), ['do part 2']]

/** Room for all agents of a measurement at the same time. */
const roomForAll = '[agents]\nmax_parallel_agents = 8\nmax_threads = 8\n'

/** Where a run takes place besides its home. */
export interface RunPlace {
  /** Of the server that answers. Absent: no model is there. */
  readonly url?: string
  /** Files of a repository, which tasks may write in a sandbox. Absent: none. */
  readonly workspace?: Readonly<Record<string, string>>
  /** What it prints besides its end. */
  readonly prints?: string
}

/** `codex workflows run` of these tasks, in a home of its own. */
export function runOf(
  place: Place,
  { prints = '"status":"done"', workspace, ...where }: RunPlace,
  tasks: readonly MeasuredTask[],
  plan: MeasuredPlan = {},
): Promise<Subject> {
  return place.codex(['workflows', 'run', 'measured', '--json'], prints, {
    ...{ tables: roomForAll, files: workflowFile(tasks, plan), ...where },
    ...(workspace && { workspace, config: 'sandbox_mode = "workspace-write"\napproval_policy = "never"' }),
  })
}

/** `codex supervisor` with one agent, whose model makes the plan. */
export function supervisorOf(place: Place, url: string, more: readonly string[], prints: string): Promise<Subject> {
  const argv = ['supervisor', 'Have all parts done', '--agents', 'measured-agent', '--json', ...more]
  return place.codex(argv, prints, { url, tables: roomForAll, files: workflowFile([]) })
}

/** A headless turn, in a home with the agent of the tasks. */
export function turnOf(place: Place, url: string, prompt: string): Promise<Subject> {
  const how = { url, tables: roomForAll, files: workflowFile([]) }
  return place.codex(['exec', '--skip-git-repo-check', prompt], partAnswer, how)
}
