/** What `codex execpolicy check` was called with. */
export interface CheckArguments {
  readonly files: readonly string[]
  readonly isPretty: boolean
  readonly resolvesHosts: boolean
  /** Begins with the first word that is no option of the command itself. */
  readonly command: readonly string[]
}

/** Reads the arguments as Codex does: what it does not know, also an option, begins the command. Undefined where something is missing. */
export function checkArguments(argv: readonly string[]): CheckArguments | undefined {
  const files: string[] = []
  const switches = new Set<string>()
  let index = 0
  for (; index < argv.length; index += 1) {
    const word = argv[index] ?? ''
    if (word === '-r' || word === '--rules') files.push(argv[++index] ?? '')
    else if (word.startsWith('--rules=')) files.push(word.slice('--rules='.length))
    else if (word === '--pretty' || word === '--resolve-host-executables') switches.add(word)
    else break
  }
  const command = argv.slice(argv[index] === '--' ? index + 1 : index)
  if (files.length === 0 || files.includes('') || command.length === 0) return undefined
  return {
    ...{ files, command },
    isPretty: switches.has('--pretty'),
    resolvesHosts: switches.has('--resolve-host-executables'),
  }
}
