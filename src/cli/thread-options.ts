import { offerNearest } from '../kernel/nearest-names.ts'
import { CodexError } from '../plugin-api/errors.ts'

/** One option of a thread, in the spelling of `codex exec`. */
export interface ThreadOption {
  readonly name: string
  readonly short?: string
  readonly aliases?: readonly string[]
  /**
   * `none`: a switch; `one`: the last value counts; `many`: every value counts; `several`: the same, and in `codex exec`
   * every word up to the next option is one.
   */
  readonly takes: 'none' | 'one' | 'many' | 'several'
  readonly values?: readonly string[]
  readonly summary: string
  /** Help leaves it out. */
  readonly hidden?: boolean
  /** The words that alone take it; help without one of them leaves it out. */
  readonly of?: readonly ThreadWord[]
}

/** Words of `codex exec`, and commands of their own, that have options besides. */
export type ThreadWord = 'resume' | 'fork' | 'review'

/** The options of `codex exec`, `codex agent` and of a prompt; oclif's help is made from the same table. */
export const threadOptions = [
  { name: 'model', short: 'm', takes: 'one', summary: 'Model to ask.' },
  { name: 'oss', takes: 'none', summary: 'Ask a model of this machine: of Ollama, or of what oss_provider says.' },
  { name: 'local-provider', takes: 'one', values: ['ollama', 'lmstudio'], summary: 'Who has it, with --oss.' },
  { name: 'playbook', takes: 'none', summary: "Run the agent's playbook: no model, no key, no network." },
  { name: 'config', short: 'c', takes: 'many', summary: 'Override a configuration value: key=value.' },
  { name: 'profile', short: 'p', takes: 'one', summary: 'Configuration layer or security profile of that name.' },
  { name: 'security-profile', takes: 'one', summary: 'Security profile alone.' },
  {
    name: 'sandbox',
    short: 's',
    aliases: ['sandbox-mode'],
    takes: 'one',
    values: ['read-only', 'workspace-write', 'danger-full-access'],
    summary: 'Security profile in the words of Codex: offline, workspace-write, trusted.',
  },
  { name: 'cd', short: 'C', takes: 'one', summary: 'Directory to work in.' },
  { name: 'add-dir', takes: 'many', summary: 'Another directory that may be written.' },
  {
    name: 'image',
    short: 'i',
    takes: 'several',
    summary: 'Images to show with the prompt. In exec, -- ends their list.',
  },
  { name: 'var', takes: 'many', summary: 'Value for vars.NAME in a command: name=value.' },
  { name: 'selection', takes: 'one', summary: 'What {{selection}} is: FILE, FILE:LINE or FILE:FROM-TO.' },
  { name: 'json', aliases: ['experimental-json'], takes: 'none', summary: 'Print events as JSON lines.' },
  { name: 'output-last-message', short: 'o', takes: 'one', summary: 'File to write the last message to.' },
  { name: 'output-schema', takes: 'one', summary: 'JSON Schema file for the last message.' },
  {
    name: 'fail-on',
    takes: 'one',
    values: ['critical', 'high', 'medium', 'low', 'info'],
    summary: 'Exit 3 if a finding is at least that severe.',
  },
  {
    name: 'findings',
    takes: 'one',
    summary: 'File to write the findings to; its name says the format: .sarif, .html, .md, .json.',
  },
  {
    name: 'dry-run',
    takes: 'none',
    summary: 'Show what would be sent, with its size by part; send nothing and keep nothing.',
  },
  {
    name: 'max-cost',
    takes: 'one',
    summary: 'US dollars that this run may cost, with all that it hands on; then exit 4.',
  },
  {
    name: 'max-tokens',
    takes: 'one',
    summary: 'Tokens that this run may use, with all that it hands on; then exit 4.',
  },
  {
    name: 'record',
    takes: 'one',
    summary: 'File to write down all that the thread gets from outside, so that it can run again.',
  },
  { name: 'force', takes: 'none', summary: 'Let --record take the place of a file that is there.' },
  { name: 'replay', takes: 'one', summary: 'Run a recorded thread again: the model is not asked.' },
  {
    name: 'replay-tools',
    takes: 'one',
    values: ['run', 'recorded'],
    summary: 'Whether tools run again, or give what they gave. Default run.',
  },
  { name: 'replay-speed', takes: 'one', summary: '1: as fast as it was, 2: twice as fast. Default: at once.' },
  { name: 'replay-lenient', takes: 'none', summary: 'Where a request differs, say so and go on.' },
  { name: 'ephemeral', takes: 'none', summary: 'Keep no rollout.' },
  { name: 'color', takes: 'one', values: ['always', 'never', 'auto'], summary: 'Colours. Default auto.' },
  {
    name: 'plain',
    takes: 'none',
    summary: 'Full lines with labels for screen readers: no symbols, no colours, nothing drawn anew.',
  },
  { name: 'skip-git-repo-check', takes: 'none', summary: 'Run outside a git repository.' },
  { name: 'trust', takes: 'none', summary: 'Trust this workspace from now on.' },
  { name: 'enable', takes: 'many', summary: 'Turn a feature on.' },
  { name: 'disable', takes: 'many', summary: 'Turn a feature off.' },
  { name: 'strict-config', takes: 'none', summary: 'Unknown configuration keys are errors.' },
  { name: 'no-cache', takes: 'none', summary: 'Parse every definition anew, and keep nothing.' },
  { name: 'ignore-user-config', takes: 'none', summary: 'Leave config.toml of CODEX_HOME out.' },
  { name: 'ignore-rules', takes: 'none', summary: 'Leave .rules files out.' },
  {
    name: 'dangerously-bypass-approvals-and-sandbox',
    aliases: ['yolo'],
    takes: 'none',
    summary: 'Profile trusted, nothing asked.',
  },
  {
    name: 'approve-for-me',
    takes: 'none',
    summary: 'Let a reviewing agent answer what would be asked; profile workspace-write.',
  },
  { name: 'uncommitted', takes: 'none', summary: 'Changes that no commit has.', of: ['review'] },
  { name: 'base', takes: 'one', summary: 'Changes since this branch.', of: ['review'] },
  { name: 'commit', takes: 'one', summary: 'Changes of this commit.', of: ['review'] },
  { name: 'title', takes: 'one', summary: 'What the commit is called.', of: ['review'] },
  {
    name: 'thread-source',
    takes: 'one',
    summary: 'Word that the rollout keeps: what the thread was started for.',
    hidden: true,
  },
  {
    name: 'dangerously-bypass-hook-trust',
    takes: 'none',
    summary: 'Run hooks of this trusted repository though they are new or changed since it was trusted.',
    hidden: true,
  },
  { name: 'worktree', takes: 'none', summary: 'Not in this version.', hidden: true },
  { name: 'cyber-access-program', takes: 'one', summary: 'Accepted for callers of Codex.', hidden: true },
  { name: 'debug', takes: 'none', summary: 'Show the stack of an error.', hidden: true },
  { name: 'last', takes: 'none', summary: 'The newest thread of this directory.', of: ['resume', 'fork'] },
  { name: 'at', takes: 'one', summary: 'The copy ends with this turn: its number, from 1, or its id.', of: ['fork'] },
  { name: 'all', takes: 'none', summary: 'With --last: of any directory.', of: ['resume', 'fork'] },
] as const satisfies readonly ThreadOption[]

type OptionTable = (typeof threadOptions)[number]
export type OptionName = OptionTable['name']

/** What was given: an absent option is not a key. */
export type ParsedOptions = {
  readonly [Entry in OptionTable as Entry['name']]?: Entry['takes'] extends 'none'
    ? true
    : Entry['takes'] extends 'one'
      ? string
      : readonly string[]
}

export interface ParsedArguments {
  readonly options: ParsedOptions
  readonly positionals: readonly string[]
  /** The positionals that followed `--`; they are in `positionals` too. */
  readonly afterDashes: readonly string[]
}

/**
 * Parses options anywhere among positionals: `--name value`, `--name=value`, `-n value`, `-nvalue`; `--` ends options.
 *
 * @throws CodexError `usage.arguments`
 */
export function parseThreadArguments(
  argv: readonly string[],
  {
    until = () => false,
    greedy = false,
  }: {
    /** Stops before the first positional that it is true for, leaving the rest in `positionals` unparsed. */
    readonly until?: (positional: string) => boolean
    /** Options that take `several` take every word up to the next option. */
    readonly greedy?: boolean
  } = {},
): ParsedArguments {
  const options: Record<string, unknown> = {}
  const positionals: string[] = []
  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index] ?? ''
    if (word === '--') {
      const afterDashes = argv.slice(index + 1)
      return { options: options as ParsedOptions, positionals: [...positionals, ...afterDashes], afterDashes } // filled by the table
    }
    if (!word.startsWith('-') || word === '-') {
      if (until(word))
        return {
          options: options as ParsedOptions,
          positionals: [...positionals, ...argv.slice(index)],
          afterDashes: [],
        }
      positionals.push(word)
      continue
    }
    const { option, inline } = findOption(word, positionals[0])
    if (option.takes === 'none') {
      if (inline !== undefined) throw usageError(`--${option.name} takes no value`, `Write --${option.name} alone.`)
      options[option.name] = true
      continue
    }
    const value = inline ?? argv[++index]
    if (value === undefined)
      throw usageError(`a value is required for '--${option.name}' but none was supplied`, option.summary)
    if (option.values && !option.values.includes(value)) {
      throw usageError(
        `invalid value '${value}' for '--${option.name}'`,
        `Possible values: ${option.values.join(', ')}.`,
      )
    }
    if (option.takes === 'one') {
      options[option.name] = value
      continue
    }
    const values = [...((options[option.name] as string[] | undefined) ?? []), value] // filled here
    while (greedy && option.takes === 'several' && /^[^-]/.test(argv[index + 1] ?? '-'))
      values.push(argv[++index] ?? '')
    options[option.name] = values
  }
  return { options: options as ParsedOptions, positionals, afterDashes: [] }
}

/** @param begun the first of the words before it, if there is one: a mistyped option of `resume` is looked for among its own too */
function findOption(
  word: string,
  begun: string | undefined,
): { readonly option: ThreadOption; readonly inline: string | undefined } {
  const table: readonly ThreadOption[] = threadOptions
  if (word.startsWith('--')) {
    const end = word.indexOf('=')
    const name = word.slice(2, end === -1 ? undefined : end)
    const option = table.find((each) => each.name === name || each.aliases?.includes(name))
    if (option) return { option, inline: end === -1 ? undefined : word.slice(end + 1) }
  } else {
    const option = table.find((each) => each.short === word[1])
    const rest = word.slice(2).replace(/^=/, '')
    if (option) return { option, inline: rest === '' ? undefined : rest }
  }
  const typed = word.replace(/=.*$/s, '')
  const known = table
    .filter(({ hidden, of }) => !hidden && (of?.some((each) => each === begun) ?? true))
    .flatMap(({ name, aliases = [] }) => [name, ...aliases])
  const offer = typed.startsWith('--') ? offerNearest(typed.slice(2), known, (name) => `--${name}`) : ''
  throw usageError(`unexpected argument '${typed}' found`, `${offer}For more information, try '--help'.`)
}

function usageError(message: string, hint: string): CodexError {
  return new CodexError('usage.arguments', message, { hint })
}
