import { isAbsolute, relative, resolve, sep } from 'node:path'
import { z } from 'zod'
import type { HistoryItem, ToolCallItem } from '../plugin-api/index.ts'
import { withoutMarks } from '../prompt/mark-data.ts'
import type { WrittenByCommands } from './written-by-commands.ts'

/** What a summary could get wrong, and is told word for word beside it. */
export interface WorkSoFar {
  /** Steps of the last plan: `[completed] Read the parser`. */
  readonly plan: readonly string[]
  /** Paths, relative to the working directory where they lie in it, and what was done with each, in order of first use. */
  readonly files: ReadonlyMap<string, ReadonlySet<string>>
}

const [begin, end] = ['<work_so_far>', '</work_so_far>']
const planHeading = 'The plan, as it was last given:'
const filesHeading = 'Files that were changed or looked at, and how:'
/** Files that are named; those that were changed come first where there are more. */
const maxFiles = 150

const planSchema = z.object({ plan: z.array(z.object({ step: z.string(), status: z.string() })) })
const pathsSchema = z.object({ path: z.string().optional(), paths: z.array(z.string()).optional() })
const changesSchema = z.object({ changes: z.array(z.object({ path: z.string(), kind: z.string() })) })
const patchLine = /^\*\*\* (?:(Add|Update|Delete) File|(Move) to): (.+)$/gm
const changeKinds: ReadonlySet<string> = new Set(['add', 'update', 'delete', 'move'])

/** Reads the plan and the files out of calls and what they gave; what an earlier compaction told, and what commands wrote, is told too. */
export function workSoFar(
  items: readonly HistoryItem[],
  cwd: string,
  written: WrittenByCommands = new Map(),
): WorkSoFar {
  let plan: readonly string[] = []
  const files = new Map<string, Set<string>>()
  const note = (path: string, done: string) => {
    const name = nameOf(path, cwd)
    const known = files.get(name) ?? new Set()
    files.set(name, known.add(done))
  }
  const outputs = new Map(items.flatMap((item) => (isOutput(item) ? [[item.call_id, item] as const] : [])))
  for (const item of items) {
    if (item.type === 'message') {
      const told = readTold(item)
      if (!told) continue
      plan = told.plan
      for (const [path, done] of told.files) for (const each of done) note(path, each)
    }
    if (item.type !== 'function_call' && item.type !== 'custom_tool_call') continue
    const output = outputs.get(item.call_id)
    if (output?.failed) continue
    const given = argumentsOf(item)
    const steps = item.name === 'update_plan' ? planSchema.safeParse(given) : undefined
    if (steps?.success) plan = steps.data.plan.map(({ step, status }) => `[${status}] ${oneLine(step)}`)
    const changes = changesSchema.safeParse(output?.structured)
    if (changes.success) for (const { path, kind } of changes.data.changes) note(path, kind)
    else for (const [path, kind] of patchedIn(item)) note(path, kind)
    for (const [path, done] of written.get(item.call_id) ?? []) note(path, done)
    const paths = pathsSchema.safeParse(given)
    if (paths.success) {
      for (const path of [...(paths.data.path === undefined ? [] : [paths.data.path]), ...(paths.data.paths ?? [])])
        note(path, item.name)
    }
  }
  return { plan, files }
}

/** The files as they are told: those that were changed first, if not all can be named. */
export function fileLines({ files }: WorkSoFar): readonly string[] {
  const all = [...files].map(([path, done]) => ({
    line: `${withoutMarks(path)}: ${[...done].join(', ')}`,
    isChanged: [...done].some((each) => changeKinds.has(each) || each.endsWith(' by a command')),
  }))
  if (all.length <= maxFiles) return all.map(({ line }) => line)
  const sorted = [...all.filter(({ isChanged }) => isChanged), ...all.filter(({ isChanged }) => !isChanged)]
  return sorted.slice(0, maxFiles).map(({ line }) => line)
}

/** The message that tells it; undefined where there is nothing to tell. */
export function workMessage(work: WorkSoFar): HistoryItem | undefined {
  const files = fileLines(work)
  const more = work.files.size - files.length
  const parts = [
    ...(work.plan.length > 0 ? [[planHeading, ...work.plan.map((step) => `- ${withoutMarks(step)}`)].join('\n')] : []),
    ...(files.length > 0
      ? [[filesHeading, ...files.map((line) => `- ${line}`), ...(more > 0 ? [`(and ${more} more)`] : [])].join('\n')]
      : []),
  ]
  if (parts.length === 0) return undefined
  const text = `${begin}\n${parts.join('\n\n')}\n${end}`
  return { type: 'message', role: 'user', content: [{ type: 'input_text', text }] }
}

/** What an earlier compaction told; undefined where the item is no such message. */
function readTold(item: Extract<HistoryItem, { type: 'message' }>): WorkSoFar | undefined {
  const [part] = item.content
  if (item.role !== 'user' || part === undefined || !('text' in part) || !part.text.startsWith(begin)) return undefined
  const plan: string[] = []
  const files = new Map<string, Set<string>>()
  let heading = ''
  for (const line of part.text.split('\n')) {
    if (line === planHeading || line === filesHeading) heading = line
    if (!line.startsWith('- ')) continue
    const text = line.slice(2)
    if (heading === planHeading) plan.push(text)
    const colon = text.lastIndexOf(': ')
    if (heading === filesHeading && colon > 0)
      files.set(text.slice(0, colon), new Set(text.slice(colon + 2).split(', ')))
  }
  return { plan, files }
}

/** True for the message that `workMessage` makes. */
export function isWorkMessage(item: HistoryItem): boolean {
  return item.type === 'message' && readTold(item) !== undefined
}

/** Paths that a patch in a call names, whichever tool took it: an earlier program kept no result as data. */
function patchedIn(call: ToolCallItem): readonly (readonly [string, string])[] {
  const given = call.type === 'custom_tool_call' ? call.input : textIn(argumentsOf(call))
  if (!given.includes('*** Begin Patch')) return []
  return [...given.matchAll(patchLine)].map(([, kind = '', move = '', path = '']) => [
    path.trim(),
    (kind || move).toLowerCase(),
  ])
}

/** The texts of a call's arguments. */
function textIn(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || value === null) return ''
  return Object.values(value).map(textIn).join('\n')
}

function argumentsOf(call: ToolCallItem): unknown {
  if (call.type === 'custom_tool_call') return undefined
  try {
    return JSON.parse(call.arguments)
  } catch {
    return undefined // a model that writes no JSON did nothing by it
  }
}

function isOutput(item: HistoryItem) {
  return item.type === 'function_call_output' || item.type === 'custom_tool_call_output'
}

function nameOf(path: string, cwd: string): string {
  const inside = relative(cwd, resolve(cwd, path))
  const isInside = inside !== '' && !isAbsolute(inside) && inside !== '..' && !inside.startsWith(`..${sep}`)
  return oneLine(isInside ? inside.split(sep).join('/') : resolve(cwd, path))
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim()
}
