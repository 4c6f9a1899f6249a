import { splitWords } from '../../definitions/split-words.ts'
import { literalWord, type ShellWord, unknownWord } from './shell-word.ts'

/** What a variable makes programs run that read it. */
export interface VariableCommands {
  /** Text that is run as a command. */
  readonly scripts: readonly string[]
  /** Words that a program takes besides its own, behind its name. */
  readonly commands: readonly (readonly ShellWord[])[]
  /** True where it is run as a command and not known. */
  readonly isUnknown: boolean
}

/** What setting a variable to a value makes programs run: as a command of its own, or as more words of a program. */
export function commandsOfVariable(name: string, value: ShellWord): VariableCommands {
  const known = value.value?.replace(/^!/, '')
  const asText = isCodeVariable(name) || (known !== undefined && maybeCode.test(name))
  const ofGit = /^GIT_CONFIG_VALUE_\d+$/.test(name) && known !== undefined ? [`git ${known}`] : []
  return {
    scripts: asText && known !== undefined ? [known, ...ofGit] : [],
    commands: commandsWith(name, value),
    isUnknown: asText && known === undefined,
  }
}

/** Whether a program takes the text of this variable for a command and runs it: editors, pagers, prompts, helpers. */
function isCodeVariable(name: string): boolean {
  return codeVariables.test(name) || npmCode.test(npmKey(name) ?? '')
}

const codeVariables =
  /^(?:BASH_ALIASES|BASH_CMDS|(?:KUBE_)?EDITOR|VISUAL|FCEDIT|(?:GH_)?PAGER|BROWSER|LESSOPEN|LESSCLOSE|MANPAGER|MANOPT|SYSTEMD_(?:PAGER|EDITOR)|PROMPT_COMMAND|PS[0-4]|RSYNC_RSH|CVS_RSH|SVN_SSH|(?:SUDO_|SSH_|GIT_)ASKPASS|GIT_(?:EXTERNAL_DIFF|EDITOR|SEQUENCE_EDITOR|PAGER|SSH|SSH_COMMAND|PROXY_COMMAND|CONFIG_VALUE_\d+)|KUBECTL_EXTERNAL_DIFF|[A-Z][A-Z0-9_]*_(?:WRAPPER|RUNNER)|SHELLOPTS)$/

/** The same where the value is written out; what is not known of a compiler is as good as what a build runs anyway. */
const maybeCode =
  /^(?:CC|CXX|CPP|LD|AR|AS|FC|RUSTC|RUSTDOC|CARGO|MAKE|SHELL|CARGO_BUILD_RUST(?:C|DOC)|YARN_SCRIPT_SHELL|[A-Z]\w*_(?:EDITOR|PAGER|BROWSER|ASKPASS|EXECUTABLE|LINKER|LAUNCHER))$/

/** config(7) of npm: the environment sets each of its options, in any case, with `_` for `-`; pnpm and yarn read the same. */
function npmKey(name: string): string | undefined {
  return /^p?npm_config_(.+)$/i.exec(name)?.[1]?.toLowerCase().replaceAll('_', '-')
}

const npmCode = /^(?:call|script-shell|shell|editor|viewer|browser|git)$/

/** Settings of npm that choose what it runs, or which files it takes its settings from. */
export function isNpmCodeVariable(name: string): boolean {
  const key = npmKey(name) ?? ''
  return npmCode.test(key) || /^(?:node-options|(?:user|global)config|prefix|init-module|onload-script)$/.test(key)
}

/** Commands with the words that a variable adds. From make(1), config(1) of cargo, git(1), and the manuals of terraform, Maven and each other. */
function commandsWith(name: string, value: ShellWord): readonly (readonly ShellWord[])[] {
  const words = wordsOf(value, name)
  if (words.length === 0) return []
  if (name === 'GIT_CONFIG_PARAMETERS') return [begun('git').concat(words.flatMap((word) => [literalWord('-c'), word]))]
  if (/^CARGO_ALIAS_\w+$/.test(name)) return [[...begun('cargo'), ...words]]
  const [isTerraform, subcommand] = /^TF_CLI_ARGS(?:_(.+))?$/.exec(name) ?? []
  if (isTerraform === undefined) return takingWords[name] === undefined ? [] : [[...begun(takingWords[name]), ...words]]
  // Without a subcommand in its name it is for each of them: the one that `-destroy` makes another is named.
  const isDestroy = words.some(({ start }) => /^--?destroy/.test(start))
  const beginnings = [subcommand ?? '', ...(isDestroy ? ['apply'] : [])]
  return ['terraform', 'tofu'].flatMap((program) =>
    beginnings.map((before) => [...begun(`${program} ${before}`.trim()), ...words]),
  )
}

function begun(words: string): readonly ShellWord[] {
  return words.split(' ').map(literalWord)
}

const takingWords: Readonly<Record<string, string>> = {
  ...{ MAKEFLAGS: 'make', GNUMAKEFLAGS: 'make', MFLAGS: 'make', MAVEN_ARGS: 'mvn', ANT_ARGS: 'ant', RAKEOPT: 'rake' },
  ...{ SCONSFLAGS: 'scons', SBT_OPTS: 'sbt', TAR_OPTIONS: 'tar', GOFLAGS: 'go', PYTEST_ADDOPTS: 'pytest' },
}

/** The words of a value, the last of them perhaps with more behind it that is not known. */
function wordsOf({ value, start, text }: ShellWord, name: string): readonly ShellWord[] {
  const words = splitWords(start) ?? start.split(/\s+/)
  const isMake = /^(?:GNU)?MAKEFLAGS$|^MFLAGS$/.test(name)
  const [first = '', ...rest] = words
  // make(1) takes a first word without a dash for letters of options.
  const written = isMake && /^\w/.test(first) && !first.includes('=') ? [`-${first}`, ...rest] : words
  const known = written.filter((word) => word !== '').map(literalWord)
  if (value !== undefined || /-[jl] *\$\((?:nproc|getconf \w+)\)"?$/.test(text)) return known
  const last = /\s$/.test(start) ? undefined : known.at(-1)
  const open = { ...unknownWord(text, last?.start ?? ''), splits: false }
  return [...(last === undefined ? known : known.slice(0, -1)), open]
}
