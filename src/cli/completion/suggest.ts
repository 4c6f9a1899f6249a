import type { CommandNode } from './command-tree.ts'

/** What may stand at the cursor, and what it is. */
export interface Suggestion {
  readonly value: string
  readonly description?: string
}

/** A list that is read when it is asked for. */
type Source = () => Promise<readonly Suggestion[]>

/** What a person has: read from files when a word of that kind is completed. */
export interface CompletionSources {
  readonly commands: Source
  readonly agents: Source
  readonly profiles: Source
  readonly plugins: Source
  readonly configKeys: Source
  readonly threads: Source
  /** Of a slash command, as they are typed: `depth=quick`, `--fast`. */
  argumentsOf(command: string): Promise<readonly Suggestion[]>
}

/** `files`: the shell completes paths by itself. */
export type Completion = readonly Suggestion[] | 'files'

/** Values of flags that are ids of something. */
const flagSources: Readonly<Record<string, keyof Omit<CompletionSources, 'argumentsOf'>>> = {
  '--profile': 'profiles',
  '-p': 'profiles',
  '--security-profile': 'profiles',
  '--config': 'configKeys',
  '-c': 'configKeys',
}

/** What the first argument of a command is. */
const argumentSources: Readonly<Record<string, keyof Omit<CompletionSources, 'argumentsOf'>>> = {
  agent: 'agents',
  resume: 'threads',
  fork: 'threads',
  'agents:show': 'agents',
  'commands:show': 'commands',
  'commands:render': 'commands',
  'plugins:inspect': 'plugins',
  'plugins:uninstall': 'plugins',
  'plugins:update': 'plugins',
  'plugins:verify': 'plugins',
  config: 'configKeys',
  'config:get': 'configKeys',
  'config:set': 'configKeys',
  'config:unset': 'configKeys',
  'config:explain': 'configKeys',
}

/**
 * What may stand where the cursor is.
 *
 * @param words behind `codex`, the last being typed
 */
export async function suggest(
  words: readonly string[],
  tree: readonly CommandNode[],
  sources: CompletionSources,
): Promise<Completion> {
  const current = words.at(-1) ?? ''
  const before = words.slice(0, -1)
  const prompt = tree.find(({ id }) => id === 'exec')
  const { node, rest } = commandOf(before, tree)
  const flags = (node ?? prompt)?.flags ?? []

  const [flag, typed] = splitFlag(current)
  if (flag !== undefined) return prefixed(await valuesOf(flag, flags, sources), typed, `${flag}=`)
  const last = before.at(-1) ?? ''
  if (takesValue(last, flags)) return startingWith(await valuesOf(last, flags, sources), current)

  const positionals = withoutFlags(rest, flags)
  const [slash] = withoutFlags(before, flags)
  if (!node && slash?.startsWith('/')) {
    const own = await sources.argumentsOf(slash.slice(1))
    return current.startsWith('-') || current.includes('=') || own.length > 0
      ? orFiles(startingWith(own, current))
      : 'files'
  }
  if (current.startsWith('-')) return startingWith(flagNames(flags), current)
  if (positionals.length === 0 && before.length === 0) {
    if (current.startsWith('/')) return startingWith(withSign('/', await sources.commands()), current)
    if (current.startsWith('@')) return startingWith(withSign('@', await sources.agents()), current)
  }
  const next = nextWords(before, tree)
  const isResume = node?.id === 'exec' && positionals.length === 1 && /^(?:resume|fork)$/.test(positionals[0] ?? '')
  const source = isResume ? 'threads' : node && positionals.length === 0 ? argumentSources[node.id] : undefined
  const ids = source ? await sources[source]() : []
  return orFiles(startingWith([...next, ...ids], current))
}

/** The longest run of first words that is a command, and what follows it. */
function commandOf(
  words: readonly string[],
  tree: readonly CommandNode[],
): { readonly node?: CommandNode; readonly rest: readonly string[] } {
  for (let count = words.length; count > 0; count -= 1) {
    const id = words.slice(0, count).join(':')
    const node = tree.find((each) => each.id === (id === 'e' ? 'exec' : id))
    if (node) return { node, rest: words.slice(count) }
  }
  return { rest: words }
}

/** Commands and topics that may come next, each once. */
function nextWords(before: readonly string[], tree: readonly CommandNode[]): readonly Suggestion[] {
  const prefix = before.map((word) => `${word}:`).join('')
  const found = new Map<string, Suggestion>()
  for (const { id, summary } of tree) {
    if (!id.startsWith(prefix)) continue
    const [word = '', ...deeper] = id.slice(prefix.length).split(':')
    if (word === '' || (found.has(word) && deeper.length > 0)) continue
    const own = tree.find((each) => each.id === `${prefix}${word}`)
    found.set(word, { value: word, description: own?.summary ?? (deeper.length > 0 ? `${word} …` : summary) })
  }
  return [...found.values()].sort((a, b) => (a.value < b.value ? -1 : 1))
}

function flagNames(flags: CommandNode['flags']): readonly Suggestion[] {
  return flags.map(({ name, description }) => ({ value: `--${name}`, ...(description && { description }) }))
}

async function valuesOf(
  word: string,
  flags: CommandNode['flags'],
  sources: CompletionSources,
): Promise<readonly Suggestion[]> {
  const flag = flagOf(word, flags)
  const source = flagSources[word]
  if (source) return await sources[source]()
  return (flag?.options ?? []).map((value) => ({ value }))
}

function flagOf(word: string, flags: CommandNode['flags']) {
  return flags.find(({ name, char }) => word === `--${name}` || (char !== undefined && word === `-${char}`))
}

function takesValue(word: string, flags: CommandNode['flags']): boolean {
  return word.startsWith('-') && flagOf(word, flags)?.type === 'option'
}

/** `--name=value` in its parts; no name where the word is none. */
function splitFlag(word: string): readonly [string | undefined, string] {
  const match = /^(--[\w-]+)=(.*)$/.exec(word)
  return match ? [match[1], match[2] ?? ''] : [undefined, word]
}

function withoutFlags(words: readonly string[], flags: CommandNode['flags']): readonly string[] {
  return words.filter((word, index) => !word.startsWith('-') && !takesValue(words[index - 1] ?? '', flags))
}

function withSign(sign: string, all: readonly Suggestion[]): readonly Suggestion[] {
  return all.map((each) => ({ ...each, value: `${sign}${each.value}` }))
}

function prefixed(all: readonly Suggestion[], typed: string, prefix: string): Completion {
  return orFiles(startingWith(all, typed).map((each) => ({ ...each, value: `${prefix}${each.value}` })))
}

function startingWith(all: readonly Suggestion[], typed: string): readonly Suggestion[] {
  return all.filter(({ value }) => value.startsWith(typed))
}

function orFiles(all: readonly Suggestion[]): Completion {
  return all.length > 0 ? all : 'files'
}
