import { defineTool, type ToolContext, type ToolOutput, z } from 'codex-kernel/plugin-api'
import { type EntryKind, type EntryMatch, entryPatterns, guardWords } from './entry-patterns.ts'
import { findMounts, type Mount } from './find-mounts.ts'
import type { CodeText } from './map-tests.ts'
import { plural } from './plural.ts'
import { openTrees, readCode } from './read-code.ts'

const input = z.strictObject({
  paths: z.array(z.string()).default([]).describe('Files and folders. Empty: the working directory.'),
  max_entries: z.int().positive().max(2000).default(60).describe('Entries that are listed.'),
})

/** A place where something from outside comes in. */
interface Entry extends EntryMatch {
  readonly file: string
  readonly line: number
  /** The word that speaks of a check of who asks, beside the entry; empty: none is seen there. */
  readonly guard: string
}

/** What `attack_surface` gives as data. Names are those of the wire. */
interface AttackSurface {
  readonly counts: Readonly<
    Record<'total' | 'routes' | 'sockets' | 'messages' | 'functions' | 'command_lines' | 'unguarded', number>
  >
  /** Routes first; those that change something before those that read. */
  readonly entries: readonly Entry[]
  readonly left_out: number
  /** Routes that change something or take any method, with no guard seen beside them nor for their file; at most as many as entries. */
  readonly unguarded: readonly Entry[]
  readonly frameworks: readonly string[]
  readonly files: number
  readonly truncated: boolean
}

export const tool = defineTool({
  name: 'attack_surface',
  description:
    'List where requests, messages and arguments come in (routes of well-known web frameworks, sockets, queues, serverless functions, command lines) with file and line, and whether a check of who asks stands beside each route. Use it first in a security review.',
  input,
  effects: ['read'],
  parallel: true,
  run,
})

async function run({ paths, max_entries }: z.output<typeof input>, ctx: ToolContext): Promise<ToolOutput> {
  const trees = await openTrees(paths, ctx)
  const code = (await readCode(trees, ctx)).filter(({ role }) => role === 'source')
  const mounts = findMounts(code)
  const entries = code
    .flatMap((file) => entriesOf(file).map((entry) => mounted(entry, mounts.get(file.path))))
    .toSorted((a, b) => weight(a) - weight(b))
  const guarded = new Set(code.filter(({ text }) => isGuardedAsWhole(text)).map(({ path }) => path))
  const unguarded = entries.filter(
    ({ kind, method, guard, file }) =>
      kind === 'route' && method !== '' && !onlyReads(method) && guard === '' && !guarded.has(file),
  )
  const count = (kind: EntryKind) => entries.filter((entry) => entry.kind === kind).length
  return render({
    counts: {
      ...{ total: entries.length, routes: count('route'), sockets: count('socket'), messages: count('message') },
      ...{ functions: count('function'), command_lines: count('command line'), unguarded: unguarded.length },
    },
    entries: entries.slice(0, max_entries),
    left_out: Math.max(0, entries.length - max_entries),
    unguarded: unguarded.slice(0, max_entries),
    frameworks: [...new Set(entries.map(({ framework }) => framework))].sort(),
    files: code.length,
    truncated: trees.some(({ truncated }) => truncated),
  })
}

function mounted(entry: Entry, mount: Mount | undefined): Entry {
  if (mount === undefined || entry.kind !== 'route') return entry
  const path = `${mount.prefix}${entry.path}`.replace(/(.)\/$/, '$1')
  return { ...entry, path, guard: entry.guard || mount.guard }
}

function entriesOf({ path, text, language }: CodeText): readonly Entry[] {
  const patterns = entryPatterns[language].filter(({ file }) => file?.test(text) ?? true)
  const isNextRoute = /(?:^|\/)(?:app\/.*\/route|pages\/api\/.*)\.[jt]sx?$/.test(path)
  const lines = text.split('\n')
  const found: Entry[] = []
  for (const [index, line] of lines.entries()) {
    if (line.length > 1000 || /^\s*(?:\/\/|#|\*|\/\*)/.test(line)) continue
    for (const { line: pattern, read, methods } of patterns) {
      // A call that goes over lines: its path is on the next one.
      const match =
        pattern.exec(line) ?? (/\(\s*$/.test(line) ? pattern.exec(`${line}${lines[index + 1]?.trim() ?? ''}`) : null)
      if (match === null) continue
      const said = read(match)
      const method = said.method === 'ANY' ? methods?.(lines.slice(index, index + 6).join('\n')) : undefined
      const entry = method === undefined ? said : { ...said, method }
      if (entry.framework === 'next' && !isNextRoute) continue
      const isRepeated = entry.kind === 'command line' && found.some(({ kind }) => kind === 'command line')
      if (!isRepeated) found.push({ ...entry, file: path, line: index + 1, guard: guardAt(lines, index, language) })
      break
    }
  }
  return found
}

/** Decorators stand above and below; middleware in the call, before the handler's body. */
function guardAt(lines: readonly string[], index: number, language: CodeText['language']): string {
  const isAbove = (line: string) => /^\s*@/.test(line)
  let start = index
  while (language !== 'go' && start > 0 && isAbove(lines[start - 1] ?? '')) start--
  const call = lines.slice(start, index + 4).join('\n')
  const head = language === 'python' || language === 'java' ? call : (call.split(/=>|\bfunction\b|\bfunc\b/)[0] ?? call)
  // The path of a route is no guard: `/auth/login` is what it protects.
  return guardWords.exec(head.replace(/(['"`])\/[^'"`]*\1/g, ''))?.[0] ?? ''
}

/** A guard that a file puts before all of its routes, or a class before its methods. */
function isGuardedAsWhole(text: string): boolean {
  const uses =
    text.match(
      /^[ \t]*(?:\w+\.(?:use|addHook|before_request)\(.*|@(?:UseGuards|PreAuthorize|Secured|RolesAllowed)\b.*|dependencies[ \t]*=.*)$/gm,
    ) ?? []
  return uses.some((line) => guardWords.test(line.replace(/(['"`])\/[^'"`]*\1/g, '')))
}

const onlyReads = (method: string): boolean => /^(?:(?:GET|HEAD|OPTIONS)(?:, |$))+$/.test(method)

function weight({ kind, method }: Entry): number {
  if (kind === 'route') return onlyReads(method) ? 1 : 0
  return kind === 'command line' ? 3 : 2
}

function render(surface: AttackSurface): ToolOutput {
  const { counts, entries, left_out, unguarded, files } = surface
  const summary = `${plural(counts.total, 'entry', 'entries')} in ${plural(files, 'file')}: ${plural(counts.routes, 'route')}, ${counts.sockets + counts.messages} sockets and messages, ${counts.functions} functions, ${plural(counts.command_lines, 'command line')}`
  const lines = [
    `${summary}.`,
    ...entries.map(
      ({ kind, method, path, file, line, guard }) =>
        `- ${[method, path].filter(Boolean).join(' ') || kind} ${file}:${line}${guard === '' ? '' : ` (${guard})`}`,
    ),
    ...(left_out > 0 ? [`${left_out} more are not listed.`] : []),
    ...(unguarded.length > 0
      ? [`No check of who asks is seen beside ${plural(counts.unguarded, 'route')} for changes or any method.`]
      : []),
  ]
  return { text: lines.join('\n'), structured: surface, summary }
}
