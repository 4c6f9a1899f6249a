import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { expect } from 'vitest'
import { type ExecCase, execCase, inputOf, itemOf, jsonLines, toolOutputs, userTexts } from './exec-case.ts'
import type { ModelTurn, RecordedRequest } from './model-server.ts'
import { processesOf, until } from './processes-of.ts'
import type { CodexEvent } from './run-codex.ts'
import { seededRandom } from './seeded-random.ts'

/** Large enough that a file which is written in place would be seen half written. */
const paragraph = 'The quick brown fox jumps over the lazy dog. '.repeat(2000)
const files = { 'a.txt': `old a\n${paragraph}\n`, 'b.txt': `old b\n${paragraph}\n`, 'd.txt': `old d\n${paragraph}\n` }
const after: Readonly<Record<string, string | undefined>> = {
  'a.txt': `new a\n${paragraph}\n`,
  'b.txt': `new b\n${paragraph}\n`,
  'c.txt': `new c\n${paragraph}\n`,
  'd.txt': undefined,
}
const patch = `*** Begin Patch
*** Update File: a.txt
@@
-old a
+new a
*** Update File: b.txt
@@
-old b
+new b
*** Add File: c.txt
+new c
+${paragraph}
*** Delete File: d.txt
*** End Patch
`

/** What was seen of a turn that was killed. */
export interface KilledTurn {
  /** How far it was: the last event that was shown, or `nothing`. */
  readonly reached: string
  /** Whether its patch was in place, in part, or not at all; every file is whole in any case. */
  readonly patched: 'none' | 'some' | 'all'
  /** Files beside those of the patch that were left in the workspace. */
  readonly leftovers: number
  readonly lines: number
}

/**
 * Starts a turn with commands and a patch over four files, ends its process with SIGKILL at a moment that follows from the seed, and
 * checks that nothing which was shown is lost, no file is half written, no process is left, and the thread goes on.
 */
export async function killedTurn(seed: number): Promise<KilledTurn> {
  const random = seededRandom(seed)
  const mark = `61${seed}.${process.pid}`
  const session = await execCase([(request) => nextTurn(request, mark)], { files, server: { whenSpent: 'repeat' } })
  const mode = random() < 0.5 ? 'workspace-write' : 'danger-full-access'
  const codex = await session.startExec(['-s', mode, 'do it'])
  // Half of them within the start, the rest some way into the turn.
  const began = random() < 0.2 ? undefined : codex.event(({ type }) => type === 'turn.started').catch(() => undefined)
  await Promise.race([began, codex.done])
  await wait(random() * (began ? 700 : 250))
  codex.kill('SIGKILL')
  const { events } = await codex.done
  await until(() => processesOf(`sleep\0${mark}`).length === 0)
  const state = await stateOfFiles(session)
  const lines = await checkRecord(session, events)
  // Nor does one live on that was being started then.
  await until(() => processesOf(`sleep\0${mark}`).length === 0)
  return { reached: nameOf(events.at(-1)), ...state, lines }
}

/** Two commands, a patch, a command that takes its time, a message; a message alone for who goes on. */
function nextTurn({ body }: RecordedRequest, mark: string): ModelTurn {
  if (userTexts(body).at(-1) === 'go on') return { text: 'gone on' }
  switch (Object.keys(toolOutputs(body)).length) {
    case 0:
      return {
        reasoning: 'a thought',
        text: 'Working.',
        calls: [{ shell: 'echo first' }, { shell: `sleep ${mark} & echo second` }],
      }
    case 2:
      return { calls: [{ name: 'apply_patch', input: patch }] }
    case 3:
      return { calls: [{ shell: 'for i in 1 2 3 4 5 6 7 8; do echo line $i; sleep 0.02; done' }] }
    default:
      return { text: 'All is done.', deltaSize: 3 }
  }
}

async function stateOfFiles({ workspace }: ExecCase): Promise<Pick<KilledTurn, 'patched' | 'leftovers'>> {
  const names = await readdir(workspace.path)
  const isNew = await Promise.all(
    Object.entries(after).map(async ([name, wanted]) => {
      const before = Object.entries(files).find(([each]) => each === name)?.[1]
      const found = names.includes(name) ? await readFile(`${workspace.path}/${name}`, 'utf8') : undefined
      expect([before, wanted], `${name} is half written`).toContain(found)
      return found === wanted
    }),
  )
  const patched = isNew.every(Boolean) ? 'all' : isNew.some(Boolean) ? 'some' : 'none'
  return { patched, leftovers: names.filter((name) => !(name in after)).length }
}

/** What was shown is in the record, which is as it was once the thread goes on, but for a torn last line. */
async function checkRecord(session: ExecCase, events: readonly CodexEvent[]): Promise<number> {
  const [file] = await session.rollouts()
  const [started] = events
  if (file === undefined || started === undefined) {
    expect(events).toEqual([])
    return 0
  }
  const text = await readFile(file, 'utf8')
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  // Every payload of a record is an object.
  const kept = jsonLines(whole).map(({ payload }) => payload as Readonly<Record<string, unknown>>)
  const keptItems = kept.flatMap(({ item }) => (typeof item === 'object' ? [JSON.stringify({ ...item, type: 0 })] : []))
  for (const event of events) {
    const item = itemOf(event)
    if (event.type === 'item.completed') expect(keptItems).toContain(JSON.stringify({ ...item, type: 0 }))
  }
  const starts = (type: string) =>
    new Set(events.flatMap((event) => (itemOf(event)?.type === type ? itemOf(event)?.id : []))).size
  const calls = kept.filter(({ type, name }) => /_call$/.test(String(type)) && name !== 'apply_patch').length
  expect(calls).toBeGreaterThanOrEqual(starts('command_execution'))
  const turns = kept.map(({ type }) => type)
  expect(turns).toEqual(expect.arrayContaining([...shownTurns(events)]))

  const resumed = await session.exec(['resume', String(started.thread_id), 'go on'])
  expect([resumed.exitCode, resumed.stderr]).toEqual([0, expect.anything()])
  const goneOn = await readFile(file, 'utf8')
  expect(goneOn.startsWith(whole)).toBe(true)
  const ordinals = jsonLines(goneOn).map(({ ordinal }) => ordinal)
  expect(ordinals).toEqual(ordinals.map((_, index) => index))
  const input = inputOf(session.server.requests.at(-1)?.body ?? {})
  const ids = (pattern: RegExp) =>
    input.flatMap(({ type, call_id }) => (pattern.test(String(type)) ? String(call_id) : []))
  expect(ids(/_call_output$/).sort()).toEqual(ids(/_call$/).sort())
  return ordinals.length
}

function shownTurns(events: readonly CodexEvent[]): readonly string[] {
  const kinds: Readonly<Record<string, string>> = { 'turn.started': 'task_started', 'turn.completed': 'task_complete' }
  return events.flatMap(({ type }) => kinds[type] ?? [])
}

function nameOf(event: CodexEvent | undefined): string {
  if (event === undefined) return 'nothing'
  const type = itemOf(event)?.type
  return type === undefined ? event.type : `${event.type} ${type}`
}
