import { basename } from 'node:path'

/** What a user's login files leave behind, so that commands start as after a login without reading those files again. */
export interface ShellState {
  /** Variables that they set or changed. */
  readonly env: Readonly<Record<string, string>>
  /** Functions, aliases and options, to be read before a command; absent where there are none, as for most. */
  readonly script?: string
}

export interface StateFilter {
  /** The environment that the login shell was given. */
  readonly given: Readonly<Record<string, string>>
  /** Whether a variable of this name may reach commands. */
  allows(name: string): boolean
  /** A text that it changes holds a secret: what the text is part of is left out. */
  redact(text: string): string
}

/** What belongs to the one shell that was looked at. */
const ownVariables: ReadonlySet<string> = new Set([
  'PWD',
  'OLDPWD',
  'SHLVL',
  '_',
  'BASH_ENV',
  'ENV',
  'CODEX_COMMAND_ID',
  'CODEX_TOOL_CALL_ID',
])
/** The descriptor that a command reads its state from. Shells keep theirs at 10 and above. */
export const stateFd = 9

/** Whether the state of this shell can be taken: of others the login files are read each time. */
export function hasShellState(shell: string): boolean {
  return isBash(shell) || basename(shell) === 'zsh'
}

/** The script that prints the state of a login shell behind `mark`, a text that its login files do not print. */
export function stateScript(shell: string, mark: string): string {
  const parts = isBash(shell) ? bashParts : zshParts
  const separate = `printf '\\0%s\\0' ${mark}`
  return [separate, ...parts.flatMap((part) => [part, separate])].join('\n')
}

/** The shell's, and the one that it was started with (proc_pid_status(5)), which another shell started here would inherit from it. */
const umasks =
  'umask; while read -r codex_name codex_value; do [ "$codex_name" = Umask: ] && echo "$codex_value"; done < /proc/$PPID/status'

const bashParts = ['env -0', umasks, 'shopt -p; set +o', 'declare -f', 'alias -p']
const zshParts = ['env -0', umasks, 'setopt | sed "s/^/setopt /"', 'functions', 'alias -L']

/**
 * Options that are on in a shell that has read nothing (bash 5.2 -c, zsh 5.9 -c); the others are off. Where another version has others,
 * those of them that login files left alone are set to what they are.
 */
const plainOptions: ReadonlySet<string> = new Set([
  ...['checkwinsize', 'cmdhist', 'complete_fullquote', 'extquote', 'force_fignore', 'globasciiranges', 'globskipdots'],
  ...['hostcomplete', 'interactive_comments', 'patsub_replacement', 'progcomp', 'promptvars', 'sourcepath'],
  ...['braceexpand', 'hashall', 'interactive-comments', 'nohashdirs'],
])

/** Reads what `stateScript` printed; undefined where it is not what was asked for. */
export function readShellState(output: string, mark: string, filter: StateFilter): ShellState | undefined {
  const parts = output.split(`\0${mark}\0`)
  if (parts.length !== 7) return undefined
  const [, environment = '', masks = '', options = '', functions = '', aliases = ''] = parts
  const isClean = (text: string): boolean => filter.redact(text) === text
  const script = [
    ...changedUmask(masks),
    ...options.split('\n').filter((line) => line !== '' && !isPlainOption(line) && !isFixedOption(line)),
    ...functions.split(/(?<=^\}\n)/m).filter(isClean),
    ...aliases.split(/\n(?=alias )/).filter(isClean),
  ]
    .map((part) => part.trim())
    .filter(Boolean)
    .join('\n')
  return { env: changedVariables(environment, filter), ...(script !== '' && { script: `${script}\n` }) }
}

/** What a command is started with: the rest of its environment, words for the shell, and what it reads on `stateFd`. */
export function withShellState(
  shell: string,
  script: string,
  state: ShellState,
): { readonly argv: readonly string[]; readonly env: Readonly<Record<string, string>>; readonly stateText?: string } {
  if (state.script === undefined) return { argv: [shell, '-c', script], env: state.env }
  const file = `/proc/self/fd/${stateFd}`
  const close = `exec ${stateFd}<&-\n`
  // bash reads BASH_ENV by itself, so that lines are counted as in the script.
  return isBash(shell)
    ? {
        argv: [shell, '-c', script],
        env: { ...state.env, BASH_ENV: file },
        stateText: `unset BASH_ENV\n${close}${state.script}`,
      }
    : {
        // zsh reads all of a script before it runs any, and would know no alias; eval reads anew.
        argv: [shell, '-c', `. ${file}; codex_script=$1; shift; eval "$codex_script"`, shell, script],
        env: state.env,
        stateText: `${close}${state.script}`,
      }
}

function changedVariables(environment: string, { given, allows, redact }: StateFilter): Record<string, string> {
  const changed = environment.split('\0').flatMap((entry): [string, string][] => {
    const end = entry.indexOf('=')
    const [name, value] = [entry.slice(0, end), entry.slice(end + 1)]
    const isNews = end > 0 && given[name] !== value && !ownVariables.has(name)
    return isNews && allows(name) && redact(`${name}=${value}`) === `${name}=${value}` ? [[name, value]] : []
  })
  return Object.fromEntries(changed)
}

/** What a shell says of an option that is as in one that has read nothing: differences alone are taken over. */
function isPlainOption(line: string): boolean {
  const [, how, name = ''] = /^(shopt -[su]|set [-+]o|setopt) (\S+)$/.exec(line) ?? []
  return how !== undefined && plainOptions.has(name) === (how !== 'shopt -u' && how !== 'set +o')
}

/** What tells how a shell was started, and cannot be set. */
function isFixedOption(line: string): boolean {
  return /^(?:shopt -[su] (?:login_shell|restricted_shell)|setopt (?:login|interactive|shinstdin|monitor|zle|privileged|restricted|singlecommand)\b)/.test(
    line,
  )
}

function changedUmask(masks: string): readonly string[] {
  const [now = '', before = ''] = masks.split('\n').map((line) => line.trim())
  return Number.parseInt(now, 8) === Number.parseInt(before, 8) ? [] : [`umask ${now}`]
}

function isBash(shell: string): boolean {
  return basename(shell) === 'bash'
}
