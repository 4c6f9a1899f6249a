import { routeArguments } from '../../src/cli/route-arguments.ts'
import { jsonEventSchema, z } from '../../src/plugin-api/index.ts'

const ends: ReadonlySet<string> = new Set(['turn.completed', 'turn.failed', 'turn.interrupted'])

/** What stdout of a command line must be, apart from what a single test looks at; undefined: whatever the command prints. */
export function expectsEvents(argv: readonly string[], stdout: string): boolean {
  if (argv.includes('--dry-run')) return false // prints what would be sent, which is no stream
  const { to } = routeArguments(argv)
  const isJson = argv.some((word) => word === '--json' || word === '--experimental-json')
  if (!isJson || stdout === '') return false
  if (to === 'exec' || to === 'agent') return true
  return to === 'prompt' && stdout.startsWith('{"type":"thread.started"') // a command in code prints its own data
}

/**
 * Where a stream of `--json` breaks its contract: a line that is no event of the schema, an order that no thread has.
 * Empty where all is well. A stream that ends early is none of its business: a signal may have ended it.
 */
export function eventStreamProblems(stdout: string): readonly string[] {
  const problems: string[] = []
  const lines = stdout.split('\n')
  const torn = lines.pop() // empty where the last line is whole
  const open = new Map<string, string>()
  const seen = new Set<string>()
  const counts = { started: 0, ended: 0 }
  for (const [index, line] of lines.entries()) {
    const say = (problem: string) => problems.push(`line ${index + 1}: ${problem}: ${line.slice(0, 300)}`)
    const parsed = jsonEventSchema.safeParse(parsedLine(line))
    if (!parsed.success) {
      say(z.prettifyError(parsed.error))
      continue
    }
    const event = parsed.data
    if ((event.type === 'thread.started') !== (index === 0)) say('thread.started is the first line, and only that')
    if (counts.ended > 0) say('an event behind the end of the turn')
    if (event.type === 'turn.started') counts.started += 1
    if (ends.has(event.type)) counts.ended += 1
    if (counts.started > 1) say('a second turn')
    if (!('item' in event)) continue
    const { id, type } = event.item
    const known = open.get(id)
    if (known === undefined && seen.has(id)) say('an item that was complete already')
    if (known === undefined && event.type === 'item.updated') say('an update of an item that has not begun')
    if (known !== undefined && event.type === 'item.started') say('an item that has begun already')
    if (known !== undefined && known !== type) say(`an item that was of the type ${known}`)
    if (type !== 'web_search' && !/^item_\d+$/.test(id)) say('an id that is not item_N')
    seen.add(id)
    if (event.type === 'item.completed') open.delete(id)
    else open.set(id, type)
  }
  return torn ? [...problems, `the last line has no end: ${torn.slice(0, 300)}`] : problems
}

function parsedLine(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
