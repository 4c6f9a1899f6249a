import { createHash } from 'node:crypto'
import type { ToolCache } from 'codex-kernel/plugin-api'
import type { ScanRule } from './scan-rule.ts'
import type { ScanTask } from './scan-task.ts'
import type { TextScan } from './scan-text.ts'

/** What texts of a workspace said to a set of rules, kept between runs by content. */
export interface KeptScans {
  /** Undefined where these rules have not seen this text. */
  find(text: KeyedText): TextScan | undefined
  keep(text: KeyedText, scan: TextScan): void
  /** Writes down what is new. */
  save(): void
}

type KeyedText = Pick<ScanTask, 'text' | 'language' | 'isTest' | 'withoutRules'>

/** What the texts of a project of some hundred thousand files take; the least recently used go first. */
const maxEntries = 100_000

/** To be raised where the same rules say something else of the same text. */
const keptVersion = 4

/** Without a cache nothing is kept. Two processes may save at the same time: one of them is then read. */
export function openKeptScans(
  cache: ToolCache | undefined,
  workspaceRoot: string,
  rules: readonly ScanRule[],
): KeptScans {
  if (!cache) return { find: () => undefined, keep: () => {}, save: () => {} }
  const name = createHash('sha256')
    .update(JSON.stringify([keptVersion, workspaceRoot, rules]))
    .digest('hex')
  const earlier = readEntries(cache.read(name))
  const used = new Map<string, TextScan>()
  const state = { hasNew: false }
  return {
    find(text) {
      const key = keyOf(text)
      const scan = used.get(key) ?? earlier.get(key)
      if (scan) used.set(key, scan)
      return scan
    },
    keep(text, scan) {
      used.set(keyOf(text), scan)
      state.hasNew = true
    },
    save() {
      if (!state.hasNew) return
      const unused = [...earlier].filter(([key]) => !used.has(key))
      cache.write(name, JSON.stringify([...used, ...unused].slice(0, maxEntries)))
    },
  }
}

function keyOf({ text, language, isTest, withoutRules }: KeyedText): string {
  return createHash('sha256')
    .update(`${language.name} ${language.grammar} ${isTest} ${withoutRules.join(' ')}\n`)
    .update(text)
    .digest('base64url')
}

function readEntries(text: string | undefined): ReadonlyMap<string, TextScan> {
  if (text === undefined) return new Map()
  return new Map(JSON.parse(text) as [string, TextScan][]) // the cache gives back whole what `save` wrote, or nothing
}
