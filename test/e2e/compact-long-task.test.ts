import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { completedItems, type ExecCase, execCase, inputOf, userTexts } from '../support/exec-case.ts'
import type { ModelTurn, RecordedRequest } from '../support/model-server.ts'

const steps = 40
/** Step n is in the file of this name: nothing but the file before says which it is. */
const nameOf = (step: number) => `part-${((step * 17) % 41).toString().padStart(2, '0')}`
const amountOf = (step: number) => (step * 7919) % 100
const rule = 'Totals are written in British English.'
const task = `Begin with in/${nameOf(1)}.txt. Each file names a value and the next one. For each, write out/NAME.txt with the total so far.`

const files = Object.fromEntries([
  ['AGENTS.md', rule],
  ...Array.from({ length: steps }, (_, index) => {
    const step = index + 1
    const next = step === steps ? 'none' : nameOf(step + 1)
    return [`in/${nameOf(step)}.txt`, `value=${amountOf(step)} next=${next}\n${'padding of this file\n'.repeat(200)}`]
  }),
])

/** How far the work is, read out of what the model is sent, and out of nothing else. */
interface Progress {
  /** Read and not written yet: name, total with it, and which is next. */
  readonly open: { readonly name: string; readonly next: string } | undefined
  readonly total: number
  /** The file to be read; `none` at the end. */
  readonly next: string
  readonly written: ReadonlySet<string>
}

function progressOf(text: string): Progress {
  let [open, total, next]: [Progress['open'], number, string] = [undefined, 0, nameOf(1)]
  const written = new Set([...text.matchAll(/^- out\/(part-\d\d)\.txt: .*add/gm)].map(([, name = '']) => name))
  const marks =
    /READ (part-\d\d) value=(\d+) next=(\w+(?:-\d\d)?)|WROTE (part-\d\d)|PROGRESS total=(\d+) open=(\S+) next=(\S+)/g
  for (const [, read, value, after, wrote, known, stillOpen, then] of text.matchAll(marks)) {
    if (read !== undefined && after !== undefined) {
      open = { name: read, next: after }
      total += Number(value)
    }
    if (wrote !== undefined) {
      written.add(wrote)
      next = open?.next ?? next
      open = undefined
    }
    if (known !== undefined && then !== undefined) {
      total = Number(known)
      next = then
      open = stillOpen === 'no' ? undefined : { name: stillOpen ?? '', next: then }
    }
  }
  return { open, total, next, written }
}

/** The conversation as marks: what was read, what was written, what a summary says. */
function marksOf(items: readonly Readonly<Record<string, unknown>>[]): string {
  const calls = new Map(items.flatMap((item) => ('call_id' in item && 'name' in item ? [[item.call_id, item]] : [])))
  return items
    .map((item) => {
      if (item.type === 'message') return JSON.stringify(item.content).replaceAll('\\n', '\n')
      const call = item.type?.toString().endsWith('_output') ? calls.get(item.call_id) : undefined
      const read = /in\/(part-\d\d)/.exec(String(call?.arguments))?.[1]
      const said = /value=\d+ next=\S+/.exec(String(item.output))?.[0]
      if (read && said) return `READ ${read} ${said}`
      const wrote = /Add File: out\/(part-\d\d)/.exec(String(call?.input ?? call?.arguments))?.[1]
      return wrote && /Success/.test(String(item.output)) ? `WROTE ${wrote}` : ''
    })
    .join('\n')
}

/** What was quoted for a summary, as the same marks. */
function marksOfQuotes(text: string): string {
  let read = ''
  return text
    .split('\n')
    .map((line) => {
      read = /"path":"in\/(part-\d\d)/.exec(line)?.[1] ?? read
      const said = /value=\d+ next=\S+/.exec(line)?.[0]
      const wrote = /^A out\/(part-\d\d)\.txt$/.exec(line)?.[1]
      if (said) return `READ ${read} ${said}`
      return wrote ? `WROTE ${wrote}` : line
    })
    .join('\n')
}

/** A model that has no memory: it sums up, reads or writes by what stands in the request, and refuses one that lacks the rules. */
function worker({ body }: RecordedRequest): ModelTurn {
  const items = inputOf(body)
  const input = Math.ceil(JSON.stringify(items).length / 4)
  const usage = { input, output: 20 }
  if (Array.isArray(body.tools) && body.tools.length === 0) {
    const { open, total, next } = progressOf(marksOfQuotes(userTexts(body).join('\n')))
    return { text: `PROGRESS total=${total} open=${open?.name ?? 'no'} next=${open?.next ?? next}`, usage }
  }
  const text = marksOf(items)
  if (!text.includes(rule) || !text.includes(task)) return { text: 'The rules or the task are gone.', usage }
  const { open, total, next, written } = progressOf(text)
  if (open) {
    const patch = `*** Begin Patch\n*** Add File: out/${open.name}.txt\n+total ${total}\n*** End Patch\n`
    return { calls: [{ name: 'apply_patch', input: patch }], usage }
  }
  if (next !== 'none') return { calls: [{ name: 'read_file', arguments: { path: `in/${next}.txt` } }], usage }
  return { text: `The total is ${total}. Written: ${[...written].sort().join(', ')}.`, usage }
}

async function carryOut(flags: readonly string[]) {
  const session: ExecCase = await execCase(
    Array.from({ length: 200 }, () => worker),
    { files },
  )
  const result = await session.exec(['-s', 'workspace-write', ...flags, task])
  const directory = join(session.workspace.path, 'out')
  const names = (await readdir(directory)).sort()
  const written = await Promise.all(names.map(async (name) => [name, await readFile(join(directory, name), 'utf8')]))
  const answers = completedItems(result, 'agent_message').map(({ text }) => text)
  return { written, answers, compactions: completedItems(result, 'context_compaction').length, session, result }
}

test('forty steps over files end with the same files and the same answer, with compactions and without', async () => {
  const whole = await carryOut([])
  const total = Array.from({ length: steps }, (_, index) => amountOf(index + 1)).reduce((sum, value) => sum + value, 0)
  expect(whole.answers).toEqual([expect.stringContaining(`The total is ${total}. Written: part-`)])
  expect(whole.written).toHaveLength(steps)
  expect(whole.compactions).toBe(0)

  const limits = ['-c', 'model_context_window=12000', '-c', 'model_auto_compact_token_limit=9000']
  const compacted = await carryOut(limits)
  expect(compacted.compactions).toBeGreaterThan(3)
  expect(compacted.written).toEqual(whole.written)
  expect(compacted.answers).toEqual(whole.answers)
  const sizes = compacted.session.server.requests.map(({ body }) => JSON.stringify(body.input).length / 4)
  expect(Math.max(...sizes)).toBeLessThan(12_000)
})

test('a task that is cut short, compacted by a person and gone on with ends with the same files and the same answer', async () => {
  const whole = await carryOut([])
  const turns = Array.from(
    { length: 200 },
    (_, index) =>
      (request: RecordedRequest): ModelTurn =>
        index === 30
          ? { failure: { kind: 'status', status: 400, body: { error: { message: 'broken' } } } }
          : worker(request),
  )
  const session = await execCase(turns, { files })
  const first = await session.exec(['-s', 'workspace-write', task])
  expect(first.exitCode).toBe(1)
  const id = String(first.events[0]?.thread_id)
  const compaction = await session.exec(['resume', id, '/compact the totals'])
  expect(completedItems(compaction, 'context_compaction')).toHaveLength(1)
  const second = await session.exec(['-s', 'workspace-write', 'resume', id, 'go on'])
  expect(completedItems(second, 'agent_message').map(({ text }) => text)).toEqual(whole.answers)
  const directory = join(session.workspace.path, 'out')
  const names = (await readdir(directory)).sort()
  expect(await Promise.all(names.map(async (name) => [name, await readFile(join(directory, name), 'utf8')]))).toEqual(
    whole.written,
  )
})
