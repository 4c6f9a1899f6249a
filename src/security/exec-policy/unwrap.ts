import { builtinVariables } from './builtin-variables.ts'
import { literalWord, type ShellWord } from './shell-word.ts'
import { type WrapperOptions, wrapperOptions } from './wrapper-options.ts'

/** What a simple command starts in turn. */
export interface Unwrapped {
  readonly transparent: boolean
  readonly commands: readonly (readonly ShellWord[])[]
  /** Commands that it may run elsewhere: whoever allows it means them too, and a denial holds for them. */
  readonly possible: readonly (readonly ShellWord[])[]
  /** Shell scripts that it runs, as text. */
  readonly scripts: readonly string[]
  /** Commands that it runs and that cannot be known. */
  readonly unknown: readonly string[]
  readonly unsure: readonly string[]
  readonly writes: readonly string[]
  /** Variables that it sets to a text, and those whose text it reads as code; `?` is one that is not known. */
  readonly sets: readonly string[]
  readonly evaluates: readonly string[]
  readonly changesDirectory: boolean
}

const nothingInside: Unwrapped = {
  transparent: false,
  commands: [],
  possible: [],
  scripts: [],
  unknown: [],
  unsure: [],
  writes: [],
  sets: [],
  evaluates: [],
  changesDirectory: false,
}

const shells: ReadonlySet<string> = new Set(['sh', 'bash', 'dash', 'zsh', 'ksh', 'mksh', 'ash', 'rbash', 'fish'])
/** Builtins that evaluate their words as arithmetic, in which `a[$(cmd)]` runs a command. */
const evaluators: ReadonlySet<string> = new Set([
  'let',
  'test',
  '[',
  'declare',
  'typeset',
  'local',
  'export',
  'readonly',
  'printf',
  'read',
  'unset',
  'wait',
])

/** Looks into a command that runs others. `input` is its standard input where the script holds it. */
export function unwrap(words: readonly ShellWord[], input: string | undefined): Unwrapped {
  const program = baseName(words[0]?.value)
  const rest = words.slice(1)
  if (program === undefined) return nothingInside
  const inner = unwrapProgram(program, words, input)
  const { sets, evaluates } = builtinVariables(program, rest)
  return { ...inner, sets: [...inner.sets, ...sets], evaluates: [...inner.evaluates, ...evaluates] }
}

function unwrapProgram(program: string, words: readonly ShellWord[], input: string | undefined): Unwrapped {
  const rest = words.slice(1)
  if (shells.has(program)) return unwrapShell(program, rest, input)
  const options = wrapperOptions.get(program)
  if (options !== undefined) return unwrapWrapper(program, rest, options)
  switch (program) {
    case 'eval':
      return scriptOf(rest, 'eval')
    case 'alias':
      return { ...nothingInside, ...partition(rest.map(afterEquals), 'alias'), unsure: ['it renames commands'] }
    case 'trap':
      return isTrapReset(rest)
        ? nothingInside
        : {
            ...nothingInside,
            ...partition(
              rest.slice(0, 1).map((word) => word.value),
              'trap',
            ),
          }
    case 'find':
      return { ...nothingInside, commands: findCommands(rest), unsure: [] }
    case 'git':
      return { ...nothingInside, ...gitWithoutOptions(words) }
    case 'cd':
    case 'pushd':
    case 'popd':
      return { ...nothingInside, changesDirectory: true }
    case 'tee':
      return teeFiles(rest)
    case 'mapfile':
    case 'readarray':
    case 'compgen':
      return { ...nothingInside, ...callbacks(program, rest) }
    case 'complete':
    case 'bind':
    case 'enable':
    case 'hash':
      return { ...nothingInside, unsure: [`${program} can change what commands mean`] }
    case 'ssh':
    case 'docker':
    case 'podman':
      return { ...nothingInside, possible: suffixes(rest) }
    case 'parallel':
    case 'su':
    case 'runuser':
    case 'pkexec':
    case 'script':
    case 'flock':
    case 'systemd-run':
    case 'entr':
    case 'at':
    case 'batch':
    case 'crontab':
    case 'expect':
      return anywhere(rest, `${program} runs commands elsewhere, later or as someone else`)
    default:
      return evaluators.has(program) ? { ...nothingInside, ...evaluated(program, rest) } : nothingInside
  }
}

function unwrapShell(program: string, rest: readonly ShellWord[], input: string | undefined): Unwrapped {
  for (let at = 0; at < rest.length; at += 1) {
    const word = rest[at]?.value
    if (word === undefined) return { ...nothingInside, unknown: [`${program} runs ${rest[at]?.text}`] }
    if (/^[-+][a-zA-Z]*$/.test(word) && word.startsWith('-') && word.includes('c') && !word.startsWith('--')) {
      const script = rest.slice(at + 1).find((candidate) => !/^[-+]/.test(candidate.value ?? ''))
      return scriptOf(script === undefined ? [] : [script], `${program} -c`)
    }
    if (/^[-+][oO]$/.test(word) || word === '--rcfile' || word === '--init-file') {
      if (word.startsWith('--')) return { ...nothingInside, unsure: [`${program} runs the commands in a file`] }
      at += 1
      continue
    }
    if (word === '-s' || word === '-') break
    if (!/^[-+]/.test(word)) return nothingInside // a file: who allows the shell with it, or `source`, means what it holds
  }
  if (rest.some((word) => word.value === '--version' || word.value === '--help')) return nothingInside
  if (input === undefined) return { ...nothingInside, unknown: [`${program} runs what it reads`] }
  return { ...nothingInside, transparent: true, scripts: [input] }
}

function scriptOf(words: readonly ShellWord[], name: string): Unwrapped {
  const values = words.map((word) => word.value)
  const isKnown = values.every((value) => value !== undefined)
  if (!isKnown) return { ...nothingInside, unknown: [`${name} runs a text that is not known`] }
  return { ...nothingInside, transparent: true, scripts: [values.join(' ')] }
}

function partition(texts: readonly (string | undefined)[], name: string): Pick<Unwrapped, 'scripts' | 'unknown'> {
  return {
    scripts: texts.flatMap((text) => text ?? []),
    unknown: texts.includes(undefined) ? [`${name} takes a text that is not known`] : [],
  }
}

/** Finds the inner command behind the options; where an option is not known, every rest of the line may be it. */
function unwrapWrapper(program: string, rest: readonly ShellWord[], options: WrapperOptions): Unwrapped {
  const sets: string[] = []
  let operands = options.operands
  for (let at = 0; at < rest.length; at += 1) {
    const word = rest[at]?.value
    if (word === undefined) return { ...nothingInside, unknown: [`${program} runs ${rest[at]?.text}`] }
    if (word === '--') return found(rest.slice(at + 1 + operands), options, sets)
    const variable = /^([A-Za-z_][A-Za-z0-9_]*)=/.exec(word)?.[1]
    if (options.takesVariables && variable !== undefined) {
      sets.push(variable)
    } else if (options.flags.test(word)) {
      // stands alone
    } else if (options.withValue.test(word)) {
      at += 1
    } else if (word.startsWith('-') && word !== '-') {
      return anywhere(rest, `${program} ${word} is not known`)
    } else if (operands > 0) {
      operands -= 1
    } else {
      return found(rest.slice(at), options, sets)
    }
  }
  return { ...nothingInside, sets }
}

function found(words: readonly ShellWord[], options: WrapperOptions, sets: readonly string[]): Unwrapped {
  if (words.length === 0) return { ...nothingInside, sets }
  const common = { ...nothingInside, transparent: options.transparent, sets }
  if (options.runsText) {
    const text = scriptOf(words, 'it')
    return { ...text, transparent: options.transparent, sets }
  }
  // xargs adds words that come from elsewhere.
  const appended: readonly ShellWord[] = options.appendsWords ? [{ value: undefined, text: 'words that it reads' }] : []
  return { ...common, commands: [[...words, ...appended]] }
}

/** Where a line's form is not known, every rest of it may be a command, and every word with blanks a script. */
function anywhere(words: readonly ShellWord[], why: string): Unwrapped {
  return {
    ...nothingInside,
    commands: suffixes(words),
    scripts: words.flatMap((word) => (word.value !== undefined && /\s/.test(word.value) ? [word.value] : [])),
    unsure: [why],
  }
}

function suffixes(words: readonly ShellWord[]): readonly (readonly ShellWord[])[] {
  return words.map((_, index) => words.slice(index))
}

function findCommands(words: readonly ShellWord[]): readonly (readonly ShellWord[])[] {
  const commands: ShellWord[][] = []
  for (const [index, word] of words.entries()) {
    if (word.value === undefined || !/^-(?:exec|execdir|ok|okdir)$/.test(word.value)) continue
    const inner = words.slice(index + 1)
    const end = inner.findIndex((candidate) => candidate.value === ';' || candidate.value === '+')
    commands.push(
      (end === -1 ? inner : inner.slice(0, end)).map((part) => (part.value?.includes('{}') ? unknown(part) : part)),
    )
  }
  return commands.filter((command) => command.length > 0)
}

/** `git -C dir push` is also `git push`; with options that change nothing it is only that. */
function gitWithoutOptions(words: readonly ShellWord[]): Pick<Unwrapped, 'commands' | 'transparent'> {
  let at = 1
  let isPlain = true
  for (; at < words.length; at += 1) {
    const word = words[at]?.value
    if (word === undefined || !word.startsWith('-')) break
    if (!/^(?:--no-pager|-P|--no-optional-locks|--literal-pathspecs)$/.test(word)) isPlain = false
    if (gitOptionWithValue.test(word)) at += 1
  }
  const program = words[0]
  if (at === 1 || at >= words.length || program === undefined) return { commands: [], transparent: false }
  return { commands: [[program, ...words.slice(at)]], transparent: isPlain }
}

const gitOptionWithValue =
  /^(?:-C|-c|--git-dir|--work-tree|--namespace|--exec-path|--super-prefix|--config-env|--attr-source)$/

function teeFiles(words: readonly ShellWord[]): Unwrapped {
  const files = words.filter((word) => !(word.value ?? '').startsWith('-'))
  return {
    ...nothingInside,
    writes: files.flatMap((word) => word.value ?? []),
    unsure: files.some((word) => word.value === undefined) ? ['tee writes a file that is not known'] : [],
  }
}

/** `-C` names a command, and the words of `-W` are expanded. */
function callbacks(program: string, words: readonly ShellWord[]): Pick<Unwrapped, 'scripts' | 'unknown'> {
  const given = words.flatMap((word, index) => {
    const option = /^-[CW]/.test(word.value ?? '') ? word.value : undefined
    if (option === undefined) return []
    return option.length > 2 ? [{ value: option.slice(2), text: option }] : words.slice(index + 1, index + 2)
  })
  const runs = partition(
    given.map(({ value }) => value),
    program,
  )
  return { scripts: runs.scripts, unknown: [...runs.unknown, ...evaluated(program, words).unknown] }
}

function evaluated(program: string, words: readonly ShellWord[]): Pick<Unwrapped, 'unknown'> {
  const suspicious = words.some((word) => word.value !== undefined && /\$\(|`|\$\{/.test(word.value))
  // What printf prints is text; only the name behind -v is not.
  const isPrinted = program === 'printf' && !words.some((word) => word.value === '-v')
  return { unknown: suspicious && !isPrinted ? [`${program} evaluates a text with a command in it`] : [] }
}

function isTrapReset(words: readonly ShellWord[]): boolean {
  const first = words[0]?.value
  return words.length === 0 || first === '-' || first === '' || first === '-l' || first === '-p'
}

function afterEquals(word: ShellWord): string | undefined {
  if (word.value === undefined) return undefined
  const at = word.value.indexOf('=')
  return at === -1 ? '' : word.value.slice(at + 1)
}

function unknown(word: ShellWord): ShellWord {
  return { value: undefined, text: word.text }
}

function baseName(word: string | undefined): string | undefined {
  return word === undefined ? undefined : literalWord(word.slice(word.lastIndexOf('/') + 1)).value
}
