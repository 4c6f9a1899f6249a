import type { HistoryItem, ThreadItem } from '../plugin-api/index.ts'
import { patchedFiles } from './patch-text.ts'

/** The patches of calls, until the change of files that each made is shown. */
export interface Patches {
  /** Keeps the patch of a call until its result, and forgets it then: it changed nothing. */
  note(item: HistoryItem): void
  /** The patch that an item shows the outcome of; each is handed out once. */
  factsOf(item: ThreadItem): { readonly patch?: string }
}

const mark = '*** Begin Patch'

/** Follows the calls of a thread, or begins with those of a turn that is over (`ThreadTurn.patches`). */
export function openPatches(known: readonly string[] = []): Patches {
  const patches: { readonly callId?: string; readonly patch: string }[] = known.flatMap((text) => {
    const patch = patchIn(text)
    return patch === undefined ? [] : [{ patch }]
  })
  return {
    note(item) {
      if (item.type === 'custom_tool_call' || item.type === 'function_call') {
        const patch = patchIn(item.type === 'function_call' ? item.arguments : item.input)
        if (patch !== undefined) patches.push({ callId: item.call_id, patch })
      } else if (item.type === 'function_call_output' || item.type === 'custom_tool_call_output') {
        const index = patches.findIndex(({ callId }) => callId === item.call_id)
        if (index !== -1) patches.splice(index, 1)
      }
    },
    factsOf(item) {
      if (item.type !== 'file_change') return {}
      const paths = item.changes.map(({ path }) => path)
      const index = patches.findIndex(({ patch }) => isOf(patch, paths))
      const patch = index === -1 ? undefined : patches.splice(index, 1)[0]?.patch
      return patch === undefined ? {} : { patch }
    },
  }
}

/** The patch that a model wrote as text, or in JSON arguments. */
function patchIn(text: string): string | undefined {
  if (!text.includes(mark)) return undefined
  if (!text.trimStart().startsWith('{')) return text
  try {
    const value: unknown = JSON.parse(text)
    const given = typeof value === 'object' && value !== null ? Object.values(value).flat() : []
    return given.find((each): each is string => typeof each === 'string' && each.includes(mark))
  } catch {
    return undefined
  }
}

/** Whether a patch names these files, which are absolute here and mostly relative there. */
function isOf(patch: string, paths: readonly string[]): boolean {
  const files = patchedFiles(patch)
  const isSame = (path: string, named: string) => path === named || path.endsWith(`/${named.replace(/^(?:\.\/)+/, '')}`)
  return (
    files.length > 0 && files.every((file) => file.path.includes('..') || paths.some((path) => isSame(path, file.path)))
  )
}
