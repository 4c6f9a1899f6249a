import { randomUUID } from 'node:crypto'
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { type AssignedTask, type RunPlanDeps, runPlan } from '../../../orchestration/run-plan.ts'
import type { TaskOutcome, TaskResult } from '../../../plugin-api/run.ts'
import { strategies, type Task, taskSchema } from '../../../plugin-api/workflow.ts'
import { readRun } from './read-run.ts'
import { journalFile, journalVersion, openJournal, type RunJournal } from './run-journal.ts'

const turn = () => new Promise((resolve) => setImmediate(resolve))
const usage = (tokens: number) => ({
  input_tokens: tokens,
  cached_input_tokens: 0,
  cache_write_input_tokens: 0,
  output_tokens: 0,
  reasoning_output_tokens: 0,
})

/** What a task is in these tests: how many calls each of its attempts makes, and how those end. */
interface Script {
  readonly task: Task
  readonly others: readonly string[]
  readonly calls: number
  /** `flaky`: its first attempt fails. */
  readonly ends: 'done' | 'failed' | 'blocked' | 'flaky'
}

/** What stays when a process is killed: threads, with the calls that they made. */
interface World {
  readonly threads: Map<string, { calls: number; result?: TaskResult }>
  /** Calls that were made, by task and attempt. */
  readonly effects: Map<string, number>
  readonly asked: string[]
}

/** How a process ends before the run does. */
interface End {
  /** The line of the journal, from 0 in each process, that is not written any more. */
  readonly line: number
  /** `torn`: half of it is. `stopped`: a person stops the run, and all lines are written. */
  readonly how: 'killed' | 'torn' | 'stopped'
}

class Killed extends Error {}

/** Runs a plan in one process after the other, each ended as `ends` says, the last one left alone. */
async function runThrough(scripts: readonly Script[], strategy: (typeof strategies)[number], ends: readonly End[]) {
  const codexHome = mkdtempSync(join(tmpdir(), 'codex-resume-'))
  onTestFinished(() => rmSync(codexHome, { recursive: true, force: true }))
  const runId = 'run'
  const world: World = { threads: new Map(), effects: new Map(), asked: [] }
  const doneThreads = new Map<string, string | undefined>()
  const tasks = scripts.map(({ task, others }): AssignedTask => ({ task, agent: 'a', others }))
  for (const end of [...ends, undefined]) {
    const journal = await openJournal(codexHome, runId, { now: () => new Date(0), redact: (text) => text })
    const kept = readRun(codexHome, runId)
    if (!kept) startRun(journal, scripts)
    // What is done stays as it is, with all that is known of it.
    for (const [task, threadId] of doneThreads)
      expect(kept?.tasks.get(task)).toMatchObject({ state: 'done', thread_id: threadId })
    const stop = new AbortController()
    const deps = depsOf(world, scripts, { journal, stop, end, file: journalFile(codexHome, runId) })
    const given = { plan: { strategy }, tasks, maxParallel: 2, ...(kept && { kept: kept.tasks }) }
    try {
      const events = runPlan(given, deps, stop.signal)
      let next = await events.next()
      while (!next.done) next = await events.next()
      const outcomes = next.value.board.outcomes()
      if (!stop.signal.aborted) return { outcomes, world, journal: readFileSync(journalFile(codexHome, runId)) }
    } catch (error) {
      if (!(error instanceof Killed)) throw error
    } finally {
      await journal.close()
    }
    for (const [task, { state, thread_id }] of readRun(codexHome, runId)?.tasks ?? [])
      if (state === 'done') doneThreads.set(task, thread_id)
  }
  throw new Error('the last process did not end the run')
}

function startRun(journal: RunJournal, scripts: readonly Script[]): void {
  const tasks = scripts.map(({ task }) => task)
  journal.write('run_started', {
    ...{ version: journalVersion, run_id: 'run', goal: 'g', cwd: '/', playbook: false },
    plan: { source: 'workflow', strategy: 'hybrid', merge: 'concatenate', tasks },
  })
}

function depsOf(
  world: World,
  scripts: readonly Script[],
  process: {
    readonly journal: RunJournal
    readonly stop: AbortController
    readonly end: End | undefined
    readonly file: string
  },
): RunPlanDeps {
  const { journal, stop, end, file } = process
  let lines = 0
  return {
    nowMs: () => 0,
    newThreadId: randomUUID,
    async agree(question) {
      world.asked.push(question)
      return true
    },
    record(task) {
      const isLast = end !== undefined && lines === end.line
      lines += 1
      if (isLast && end.how === 'stopped') stop.abort()
      else if (isLast || (end !== undefined && lines > end.line && end.how !== 'stopped')) {
        if (isLast && end.how === 'torn') appendFileSync(file, '{"timestamp":"","type":"task","payload":{"task":"t')
        throw new Killed()
      }
      journal.write('task', task)
    },
    async *runTask({ task, threadId, goesOn, attempt }, signal) {
      const { calls, ends } = scripts.find((each) => each.task.id === task.id) ?? { calls: 0, ends: 'done' }
      const before = goesOn ? world.threads.get(threadId) : undefined
      if (before?.result) return before.result
      const thread = before ?? { calls: 0 }
      world.threads.set(threadId, thread)
      yield { type: 'thread.started', thread_id: threadId }
      const facts = () => ({ findings: [], threadId, usage: usage(thread.calls) })
      while (thread.calls < calls) {
        await turn()
        if (signal.aborted) return { ...facts(), status: 'failed', error: { message: 'interrupted' } }
        thread.calls += 1
        const name = `${task.id} ${attempt}`
        world.effects.set(name, (world.effects.get(name) ?? 0) + 1)
        yield { type: 'usage', total: usage(thread.calls) }
      }
      const result: TaskResult =
        ends === 'done' || (ends === 'flaky' && attempt > 1)
          ? { ...facts(), status: 'done', text: `${task.id} by attempt ${attempt}` }
          : { ...facts(), status: ends === 'blocked' ? 'blocked' : 'failed', error: { message: 'no' } }
      thread.result = result
      return result
    },
  }
}

/** What of an outcome has to be the same, however often the run was killed. A task that is blocked is looked at anew each time. */
const lasting = ({ task, state, agent, text, reason, attempts, usage: used }: TaskOutcome) =>
  state === 'blocked' ? { task, state, reason } : { task, state, agent, text, reason, attempts, usage: used }

const anyScripts = fc
  .array(
    fc.record({
      needs: fc.array(fc.nat(9), { maxLength: 3 }),
      calls: fc.nat(3),
      ends: fc.constantFrom('done' as const, 'done' as const, 'failed' as const, 'blocked' as const, 'flaky' as const),
      required: fc.boolean(),
      retries: fc.nat(1),
      others: fc.constantFrom([], ['b']),
      asks: fc.boolean(),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .map((given) =>
    given.map(({ needs, calls, ends, required, retries, others, asks }, index): Script => {
      const task = taskSchema.parse({
        ...{ id: `t${index}`, title: 't', prompt: 'p', agent: 'a', required, retries },
        needs: [...new Set(needs.filter((each) => each < index).map((each) => `t${each}`))],
        gates: asks ? [{ type: 'person', question: `t${index}?` }] : [],
      })
      return { task, calls, ends, others }
    }),
  )

const anyEnd: fc.Arbitrary<End> = fc.record({
  line: fc.nat(20),
  how: fc.constantFrom('killed' as const, 'torn' as const, 'stopped' as const),
})

test('however often a run is killed or stopped, it ends as one that was not, no call is made twice, and what is done stays', async () => {
  await fc.assert(
    fc.asyncProperty(
      anyScripts,
      fc.constantFrom(...strategies),
      fc.array(anyEnd, { minLength: 1, maxLength: 4 }),
      async (scripts, strategy, ends) => {
        const unbroken = await runThrough(scripts, strategy, [])
        const broken = await runThrough(scripts, strategy, ends)
        expect(broken.outcomes.map(lasting)).toEqual(unbroken.outcomes.map(lasting))
        for (const { task, state, attempts } of broken.outcomes) {
          const calls = scripts.find((each) => each.task.id === task)?.calls ?? 0
          for (let attempt = 1; attempt <= attempts; attempt += 1)
            expect([task, state, broken.world.effects.get(`${task} ${attempt}`) ?? 0]).toEqual([task, state, calls])
        }
      },
    ),
    { numRuns: 60 },
  )
})

const fixed: readonly Script[] = ['done', 'flaky', 'failed', 'done', 'done'].map((ends, index) => ({
  task: taskSchema.parse({
    ...{ id: `t${index}`, title: 't', prompt: 'p', agent: 'a', retries: 1, required: index !== 2 },
    needs: index < 3 ? [] : [`t${index - 1}`],
    gates: index === 3 ? [{ type: 'person', question: 'Go on?' }] : [],
  }),
  ...{ calls: 2, others: [], ends: ends as Script['ends'] },
}))

test('a run that is killed at any change of state of any task ends as one that was not', async () => {
  const unbroken = await runThrough(fixed, 'hybrid', [])
  const lines = unbroken.journal.toString().trimEnd().split('\n').length
  expect(lines).toBeGreaterThan(18)
  for (let line = 0; line < lines; line += 1) {
    for (const how of ['killed', 'torn', 'stopped'] as const) {
      const { outcomes, world } = await runThrough(fixed, 'hybrid', [{ line, how }])
      expect([line, how, outcomes.map(lasting)]).toEqual([line, how, unbroken.outcomes.map(lasting)])
      expect([...world.effects.values()].every((count) => count === 2)).toBe(true)
      // Agreement is asked for again only where the answer was not kept.
      expect(world.asked.length).toBeLessThanOrEqual(2)
    }
  }
})

test('a journal that is cut at any byte is read up to its last whole line, and no result in it is lost', async () => {
  const { journal } = await runThrough(fixed, 'hybrid', [])
  const codexHome = mkdtempSync(join(tmpdir(), 'codex-journal-'))
  onTestFinished(() => rmSync(codexHome, { recursive: true, force: true }))
  const file = journalFile(codexHome, 'run')
  mkdirSync(dirname(file), { recursive: true })
  const text = journal.toString()
  const lineEnds = [...text.matchAll(/\n/g)].flatMap(({ index }) => [index - 1, index, index + 1])
  const others = Array.from({ length: 150 }, (_, index) => Math.floor((index * text.length) / 150))
  for (const size of [...lineEnds, ...others]) {
    const part = text.slice(0, size)
    writeFileSync(file, part)
    const whole = part.slice(0, part.lastIndexOf('\n') + 1)
    // The last line is whole without its newline as well.
    const kept = size === text.length - 1 || text[size] === '\n' ? part : whole
    const done = kept.split('\n').flatMap((line) => /"task":"(t\d)","state":"done"/.exec(line)?.[1] ?? [])
    const record = readRun(codexHome, 'run')
    expect(record === undefined).toBe(kept === '')
    for (const id of done) expect(record?.tasks.get(id)).toMatchObject({ state: 'done', result: { status: 'done' } })
  }
})
