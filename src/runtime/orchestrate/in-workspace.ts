import type { ThreadEvent } from '../../plugin-api/index.ts'
import type { TaskResult } from '../../plugin-api/run.ts'

/**
 * The stream of a thread that works in a copy, in which files of the copy have the names that they have in the workspace: relative to its root.
 *
 * @param root of the copy, absolute
 */
export async function* inWorkspace(
  events: AsyncGenerator<ThreadEvent, TaskResult>,
  root: string,
): AsyncGenerator<ThreadEvent, TaskResult> {
  try {
    for (;;) {
      const next = await events.next()
      if (next.done) return renamed(next.value, root)
      yield 'item' in next.value ? renamed(next.value, root) : next.value
    }
  } finally {
    await events.return(abandoned)
  }
}

/** Nobody reads it: the stream has ended, or its reader has left. */
const abandoned: TaskResult = { status: 'failed', error: { message: 'the run was stopped' }, findings: [] }

/** The same value, with other strings. */
function renamed<Value>(value: Value, root: string): Value {
  const text = JSON.stringify(value)
  // Few values name the copy.
  if (text === undefined || !text.includes(root)) return value
  return mapStrings(value, (each) => namesOf(each, root)) as Value // the same shape
}

function mapStrings(value: unknown, map: (text: string) => string): unknown {
  if (typeof value === 'string') return map(value)
  if (Array.isArray(value)) return value.map((each) => mapStrings(each, map))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, mapStrings(each, map)]))
}

/** A text with paths relative to the root in place of those below it. */
export function namesOf(text: string, root: string): string {
  return text
    .replaceAll(new RegExp(`${escaped(root)}/(?=[^\\s/"'\`)\\],;:])`, 'g'), '')
    .replaceAll(new RegExp(`${escaped(root)}(?![\\w-]|\\.\\d)/?`, 'g'), '.')
}

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')
