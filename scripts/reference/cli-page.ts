import { readFileSync } from 'node:fs'

/** What `oclif manifest` says of a flag, as far as the page tells it. */
interface Flag {
  readonly name: string
  readonly char?: string
  readonly aliases?: readonly string[]
  readonly description?: string
  readonly helpGroup?: string
  readonly hidden?: boolean
  readonly multiple?: boolean
  readonly options?: readonly string[]
  readonly default?: unknown
  readonly type: 'boolean' | 'option'
}

interface Argument {
  readonly name: string
  readonly description?: string
  readonly required?: boolean
}

interface Command {
  readonly id: string
  readonly summary?: string
  readonly usage?: string | readonly string[]
  readonly args: Readonly<Record<string, Argument>>
  readonly flags: Readonly<Record<string, Flag>>
  readonly hidden?: boolean
}

/** Every command of the program with its arguments and flags, from `oclif.manifest.json`. */
export function cliPage(manifestFile = 'oclif.manifest.json'): string {
  const manifest: { readonly commands: Readonly<Record<string, Command>> } = JSON.parse(
    readFileSync(manifestFile, 'utf8'),
  ) // written by the build
  const commands = Object.values(manifest.commands).filter(({ hidden }) => !hidden)
  const everywhere = Object.values(commands[0]?.flags ?? {}).filter(isGlobal)
  return `# Command line

\`codex "do this"\`, \`codex /name args\` and \`codex @agent text\` start a thread and take the flags of [exec](#exec). Several words whose first is no command are an
error that names the nearest. \`codex --version\` prints the version.

## Flags of every command

${flagTable(everywhere)}

${commands.map(commandSection).join('\n\n')}
`
}

function commandSection(command: Command): string {
  const name = command.id.replaceAll(':', ' ')
  const argumentsOf = Object.values(command.args)
  const rows = argumentsOf.map(({ name: argument, description = '' }) => `| \`${argument}\` | ${cell(description)} |`)
  const flags = Object.values(command.flags).filter((flag) => !isGlobal(flag) && !flag.hidden)
  return [
    `## ${name}`,
    command.summary,
    usageOf(command, name)
      .map((line) => `    codex ${line}`)
      .join('\n'),
    rows.length > 0 && `| argument | meaning |\n| --- | --- |\n${rows.join('\n')}`,
    flags.length > 0 && flagTable(flags),
  ]
    .filter(Boolean)
    .join('\n\n')
}

function usageOf({ usage, args }: Command, name: string): readonly string[] {
  if (usage !== undefined) return [usage].flat()
  const words = Object.values(args).map((argument) =>
    argument.required ? argument.name.toUpperCase() : `[${argument.name.toUpperCase()}]`,
  )
  return [[name, ...words].join(' ')]
}

function flagTable(flags: readonly Flag[]): string {
  const rows = flags
    .filter(({ hidden }) => !hidden)
    .map((flag) => {
      const { name, char, aliases = [], type, multiple, description = '' } = flag
      const spellings = [`--${name}`, ...(char ? [`-${char}`] : []), ...aliases.map((alias) => `--${alias}`)]
      const value = type === 'boolean' ? '' : (flag.options?.join(', ') ?? 'a value')
      const often = multiple ? ', may be given often' : ''
      return `| ${spellings.map((each) => `\`${each}\``).join(' ')} | ${value}${often} | ${cell(description)} |`
    })
  return `| flag | takes | meaning |\n| --- | --- | --- |\n${rows.join('\n')}`
}

function isGlobal({ helpGroup }: Flag): boolean {
  return helpGroup === 'GLOBAL'
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replace(/\s+/g, ' ')
}
