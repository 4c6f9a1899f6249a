import { z } from 'codex-kernel/plugin-api'

const profileSchema = z.object({
  nodes: z.array(
    z.object({
      id: z.number(),
      callFrame: z.object({ functionName: z.string(), url: z.string(), lineNumber: z.number() }),
      hitCount: z.number().default(0),
      children: z.array(z.number()).default([]),
    }),
  ),
  startTime: z.number(),
  endTime: z.number(),
  samples: z.array(z.number()).default([]),
  timeDeltas: z.array(z.number()).default([]),
})

/** Where a program spent its time, by function. */
export interface ProfileFunction {
  readonly name: string
  /** As the profile has it; empty for what is no code. */
  readonly url: string
  /** From 1. */
  readonly line: number
  /** In it alone. */
  readonly selfMs: number
  /** In it and what it called. */
  readonly totalMs: number
}

export interface Profile {
  readonly durationMs: number
  /** Without waiting. */
  readonly busyMs: number
  /** Most time in itself first. */
  readonly functions: readonly ProfileFunction[]
}

/** A CPU profile as V8 writes it (`node --cpu-prof`, the developer tools of browsers); undefined for what is none. */
export function readProfile(text: string): Profile | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
  const parsed = profileSchema.safeParse(value)
  if (!parsed.success) return undefined
  const { nodes, startTime, endTime, samples, timeDeltas } = parsed.data
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const selfOf = new Map<number, number>()
  if (samples.length > 0 && timeDeltas.length > 0) {
    // A delta is the time before its sample: that of the sample before.
    for (const [index, id] of samples.entries()) {
      const micros = timeDeltas[index + 1] ?? 0
      selfOf.set(id, (selfOf.get(id) ?? 0) + Math.max(0, micros) / 1000)
    }
  } else {
    const hits = nodes.reduce((sum, { hitCount }) => sum + hitCount, 0)
    for (const { id, hitCount } of nodes)
      selfOf.set(id, hits === 0 ? 0 : (hitCount / hits) * ((endTime - startTime) / 1000))
  }
  const isCalled = new Set(nodes.flatMap(({ children }) => children))
  const totals = new Map<string, { self: number; total: number; frame: (typeof nodes)[number]['callFrame'] }>()
  /** Callers with their time so far; without recursion, since stacks of programs are deep. */
  const stack = nodes
    .filter(({ id }) => !isCalled.has(id))
    .map((node) => ({ node, next: 0, time: selfOf.get(node.id) ?? 0 }))
  const open = new Map<string, number>()
  const path: typeof stack = []
  for (const root of stack) {
    enter(root.node)
    path.push(root)
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const child = byId.get(top.node.children[top.next++] ?? Number.NaN)
      if (child) {
        enter(child)
        path.push({ node: child, next: 0, time: selfOf.get(child.id) ?? 0 })
      } else if (top.next > top.node.children.length) {
        path.pop()
        leave(top.node, top.time)
        const caller = path.at(-1)
        if (caller) caller.time += top.time
      }
    }
  }
  const functions = [...totals.values()].map(({ self, total, frame }) => ({
    ...{ name: frame.functionName || '(anonymous)', url: frame.url, line: frame.lineNumber + 1 },
    ...{ selfMs: self, totalMs: total },
  }))
  const idle = functions.find(({ name }) => name === '(idle)')?.selfMs ?? 0
  const durationMs = (endTime - startTime) / 1000
  return {
    durationMs,
    busyMs: Math.max(0, durationMs - idle),
    functions: functions.toSorted((a, b) => b.selfMs - a.selfMs),
  }

  function enter({ id, callFrame: frame }: (typeof nodes)[number]): void {
    const key = keyOf(frame)
    open.set(key, (open.get(key) ?? 0) + 1)
    const known = totals.get(key) ?? { self: 0, total: 0, frame }
    known.self += selfOf.get(id) ?? 0
    totals.set(key, known)
  }

  /** A function that calls itself counts once, where it is outermost. */
  function leave({ callFrame }: (typeof nodes)[number], time: number): void {
    const key = keyOf(callFrame)
    const depth = (open.get(key) ?? 1) - 1
    open.set(key, depth)
    const known = totals.get(key)
    if (depth === 0 && known) known.total += time
  }
}

function keyOf({ functionName, url, lineNumber }: { functionName: string; url: string; lineNumber: number }): string {
  return `${functionName}\n${url}\n${lineNumber}`
}
