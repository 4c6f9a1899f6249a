import { threadOptions } from './thread-options.ts'

export interface Route {
  readonly to: 'apply_patch' | 'exec' | 'agent' | 'prompt' | 'resume' | 'version' | 'complete' | 'oclif'
  /** Without the word that chose the way; options that stood before it are kept in front. */
  readonly argv: readonly string[]
}

/**
 * Chooses the way of a command line by its first word that is no option: `/name`, `@agent`, a text with a space or what
 * follows `--` is a prompt; `exec`, `agent`, `resume` and `fork` are parsed by us; all else is a command of oclif.
 */
export function routeArguments(argv: readonly string[]): Route {
  if (argv[0] === '--codex-run-as-apply-patch') return { to: 'apply_patch', argv: argv.slice(1) }
  const index = firstWord(argv)
  const word = argv[index]
  // A recording has the prompt.
  const isReplay = argv.some((each) => each === '--replay' || each.startsWith('--replay='))
  if (word === undefined) return { to: isReplay ? 'prompt' : 'oclif', argv }
  const before = argv.slice(0, index)
  const rest = argv.slice(index + 1)
  if (word === 'complete' && index === 0) return { to: 'complete', argv: argv.slice(1) }
  if (word === '--') return { to: 'prompt', argv }
  if (word.startsWith('/') || word.startsWith('@')) return { to: 'prompt', argv }
  const isOnlyWord = positionalCount(rest) === 0
  if (/\s/.test(word) && isOnlyWord) return { to: 'prompt', argv }
  const dashes = rest.indexOf('--')
  const options = dashes === -1 ? rest : rest.slice(0, dashes)
  const wantsHelp = options.includes('--help') || options.includes('-h')
  const isExec = word === 'exec' || word === 'e'
  if (isExec && !wantsHelp && (options.includes('--version') || options.includes('-V'))) return { to: 'version', argv }
  if (isExec && !wantsHelp) return { to: 'exec', argv: [...before, ...rest] }
  if (word === 'review' && !wantsHelp) return { to: 'exec', argv: [...before, word, ...rest] }
  if ((word === 'resume' || word === 'fork') && !wantsHelp) return { to: 'resume', argv: [...before, word, ...rest] }
  if (word === 'agent' && !wantsHelp) return { to: 'agent', argv: [...before, ...rest] }
  // What follows `--` is not ours: of `sandbox` it is the command that runs.
  const operands = dashes === -1 ? [] : rest.slice(dashes)
  return { to: 'oclif', argv: [isExec ? 'exec' : word, ...options, ...before, ...operands] }
}

/** Index of the first word that is neither an option nor its value; the length where there is none. */
function firstWord(argv: readonly string[]): number {
  let index = 0
  while (index < argv.length) {
    const word = argv[index] ?? ''
    if (word === '--' || !word.startsWith('-') || word === '-') return index
    index += takesNext(word) ? 2 : 1
  }
  return argv.length
}

function positionalCount(argv: readonly string[]): number {
  let count = 0
  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index] ?? ''
    if (word === '--') return count + argv.length - index - 1
    if (!word.startsWith('-')) count += 1
    else if (takesNext(word)) index += 1
  }
  return count
}

function takesNext(word: string): boolean {
  if (word.includes('=')) return false
  const option = threadOptions.find(({ name, ...more }) => {
    const { short, aliases = [] } = more as { short?: string; aliases?: readonly string[] } // optional in the table
    return (
      word === `--${name}` ||
      aliases.some((alias) => word === `--${alias}`) ||
      (short !== undefined && word === `-${short}`)
    )
  })
  return option !== undefined && option.takes !== 'none'
}
