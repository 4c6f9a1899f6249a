import type { Config } from '@oclif/core'

/** What a person looks for, in this order. A first word that stands in no group is shown in the last one. */
const groups: readonly { readonly title: string; readonly words: readonly string[] }[] = [
  { title: 'Start a task', words: ['agent', 'supervisor', 'exec', 'review', 'scan'] },
  { title: 'Come back to one', words: ['resume', 'fork', 'threads', 'undo', 'stats'] },
  { title: 'Models and servers', words: ['login', 'logout', 'models', 'mcp'] },
  { title: 'Write commands and agents', words: ['commands', 'agents', 'skills', 'workflows', 'lint', 'dev'] },
  {
    title: 'Look and explain',
    words: ['status', 'doctor', 'bug-report', 'debug', 'config', 'features', 'extensions', 'help'],
  },
  { title: 'Safety', words: ['profiles', 'policies', 'policy', 'hooks', 'sandbox', 'apply-patch', 'trust', 'audit'] },
  { title: 'Plugins', words: ['plugins'] },
  { title: 'Scripting', words: ['completion'] },
]

const examples: readonly (readonly [string, string])[] = [
  ['codex "explain this repository"', 'a prompt; the agent that fits takes it'],
  ['codex /review src', 'a slash command'],
  ['codex agent ID "do this" PATHS', 'one agent'],
  ['codex exec --json "do this"', 'for scripts: never asks, prints events'],
]

/** `codex --help`: examples, then what there is, by what a person wants to do. @param width columns of the terminal */
export function helpOverview(config: Config, width: number): string {
  const summaries = firstWords(config)
  const grouped = new Set(groups.flatMap(({ words }) => words))
  const others = [...summaries.keys()].filter((word) => !grouped.has(word)).sort()
  const sections = [...groups, { title: 'More', words: others }].map(({ title, words }) => {
    const rows = words.flatMap((word) => {
      const summary = summaries.get(word)
      return summary === undefined ? [] : [[word, summary] as const]
    })
    return rows.length > 0 ? `${title}\n${columns(rows, 12, width)}` : ''
  })
  const shown = columns(examples, Math.max(...examples.map(([command]) => command.length)) + 2, width)
  const more = `codex help WORD explains a command, a topic, a slash command (codex help /review) or an agent.
Flags stand with each command: codex COMMAND --help. Every command prints JSON with --json.`
  return [`codex-kernel ${config.version}`, `Examples\n${shown}`, ...sections.filter(Boolean), wrap(more, width)].join(
    '\n\n',
  )
}

/** The first word of every command that is shown, with one sentence. */
function firstWords(config: Config): ReadonlyMap<string, string> {
  const found = new Map<string, string>([['help', 'Explain a command, a topic, a slash command or an agent.']])
  for (const { id, summary, description, hidden } of config.commands) {
    if (hidden) continue
    const [word = id] = id.split(':')
    if (word === id) found.set(word, firstSentence(summary ?? description ?? ''))
    else if (!found.has(word)) found.set(word, '')
  }
  for (const { name, description, hidden } of config.topics) {
    if (!hidden && !name.includes(':') && found.has(name) && description) found.set(name, firstSentence(description))
  }
  return found
}

function firstSentence(text: string): string {
  return /^.*?[.:](?=\s|$)/s.exec(text)?.[0].replace(/:$/, '.') ?? text
}

function columns(rows: readonly (readonly [string, string])[], column: number, width: number): string {
  const indent = 2
  const room = width - indent - column
  return rows
    .map(([name, text]) => {
      if (room < 20) return `${' '.repeat(indent)}${name}\n${wrap(text, width - 4, 4)}`
      const [first = '', ...rest] = wrap(text, room).split('\n')
      const cell = name.length < column ? name.padEnd(column) : `${name}\n${' '.repeat(indent + column)}`
      return [`${' '.repeat(indent)}${cell}${first}`, ...rest.map((line) => ' '.repeat(indent + column) + line)].join(
        '\n',
      )
    })
    .map((line) => line.trimEnd())
    .join('\n')
}

function wrap(text: string, width: number, indent = 0): string {
  const lines = text.split('\n').flatMap((paragraph) => {
    const wrapped: string[] = []
    let line = ''
    for (const word of paragraph.split(' ')) {
      if (line !== '' && line.length + 1 + word.length > width) {
        wrapped.push(line)
        line = word
      } else line = line === '' ? word : `${line} ${word}`
    }
    return [...wrapped, line]
  })
  return lines.map((line) => `${' '.repeat(indent)}${line}`).join('\n')
}
