import { isDeepStrictEqual } from 'node:util'
import type { SourceTool } from 'codex-kernel/plugin-api'

/** The tools of a server, as they are now. */
export interface ToolList {
  now(): readonly SourceTool[]
  /** Reads the list for the first time. What changes meanwhile is a part of it. @throws what `read` throws */
  start(): Promise<void>
  /** Reads the list again, also after a reading that is under way, which may have missed what has changed. Nothing before the start. */
  refresh(): Promise<void>
  /** How it differs from what the thread was given or told of last, in numbers; undefined where a model sees the same. */
  takeChange(): string | undefined
}

/** @param failed told why the list cannot be read again; the one that was read before stays */
export function createToolList(read: () => Promise<readonly SourceTool[]>, failed: (error: unknown) => void): ToolList {
  let tools: readonly SourceTool[] = []
  let told: readonly SourceTool[] = []
  let isStarted = false
  let current: Promise<void> | undefined
  /** Shared by all that ask while one is under way. */
  let next: Promise<void> | undefined

  const reading = (): Promise<void> => {
    const begun = read()
      .then((list) => {
        tools = list
      })
      .finally(() => {
        current = undefined
      })
    current = begun
    return begun
  }
  const refresh = async (): Promise<void> => {
    if (!isStarted) return
    const before = current
    if (before === undefined) {
      return await reading().catch((error: unknown) => {
        // The one that follows will say.
        if (next === undefined) failed(error)
      })
    }
    next ??= before
      .catch(() => undefined)
      .then(() => {
        next = undefined
        return refresh()
      })
    await next
  }

  return {
    now: () => tools,
    refresh,
    async start() {
      isStarted = true
      await reading()
      await next
      told = tools
    },
    takeChange() {
      const before = told
      told = tools
      return changeOf(before, tools)
    },
  }
}

function changeOf(listBefore: readonly SourceTool[], listNow: readonly SourceTool[]): string | undefined {
  const before = seenByName(listBefore)
  const now = seenByName(listNow)
  const counts = {
    new: [...now.keys()].filter((name) => !before.has(name)).length,
    gone: [...before.keys()].filter((name) => !now.has(name)).length,
    'described anew': [...now].filter(([name, seen]) => before.has(name) && !isDeepStrictEqual(before.get(name), seen))
      .length,
  }
  const parts = Object.entries(counts).flatMap(([what, count]) => (count > 0 ? `${count} ${what}` : []))
  return parts.length === 0 ? undefined : `${before.size} before, ${now.size} now (${parts.join(', ')})`
}

/** What a model is given of each; of two of a name the first counts. */
function seenByName(tools: readonly SourceTool[]) {
  return new Map(
    tools.toReversed().map(({ name, description, inputSchema }) => [name, { description, inputSchema }] as const),
  )
}
