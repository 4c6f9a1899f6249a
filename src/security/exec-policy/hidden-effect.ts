import type { ShellWord } from './shell-word.ts'

/**
 * Why the words of a well-known reading command do more than read: options that run programs, write or delete files. An allow rule for
 * the program does not mean them. Undefined where nothing of the kind is seen; programs that are not listed are not looked into.
 */
export function hiddenEffect(words: readonly ShellWord[]): string | undefined {
  const program = words[0]?.value
  if (program === undefined) return undefined
  const name = program.slice(program.lastIndexOf('/') + 1)
  const check = checks.get(name)
  const args = words.slice(1).map((word) => word.value)
  const why = check?.(args)
  return why === undefined ? undefined : `${name} ${why}`
}

type Arguments = readonly (string | undefined)[]

/** `option` names what was found among the arguments that match. */
function option(pattern: RegExp): (args: Arguments) => string | undefined {
  return (args) => args.find((arg) => arg !== undefined && pattern.test(arg))
}

const checks: ReadonlyMap<string, (args: Arguments) => string | undefined> = new Map([
  ['find', option(/^-(?:delete|exec|execdir|ok|okdir|fls|fprint0?|fprintf)$/)],
  ['fd', option(/^(?:-[a-zA-Z]*[xX]|--exec.*)/)],
  ['git', gitEffect],
  ['sed', sedEffect],
  ['rg', option(/^--(?:pre|hostname-bin)(?:=|$)/)],
  ['sort', option(/^(?:-[a-zA-Z]*o|--o|--c[oO]mpress-program)/)],
  ['tree', option(/^(?:-[a-zA-Z]*o|--output)/)],
  ['date', option(/^(?:-[a-zA-Z]*s|--set)/)],
  ['hostname', option(/^(?!-)/)],
  ['awk', () => 'runs a program of its own'],
  ['gawk', () => 'runs a program of its own'],
  ['mawk', () => 'runs a program of its own'],
  ['uniq', secondOperand],
  ['xxd', secondOperand],
  ['less', () => 'can start programs'],
  ['more', () => 'can start programs'],
  ['man', option(/^(?:-P|--pager|-H|--html)/)],
  ['ps', () => undefined],
])

/** Long options may be shortened, so their beginnings count. */
function gitEffect(args: Arguments): string | undefined {
  const subcommand = args.findIndex((arg) => arg === undefined || !arg.startsWith('-'))
  const before = subcommand === -1 ? args : args.slice(0, subcommand)
  const global = before.find(
    (arg) => !/^(?:--no-pager|-P|--no-optional-locks|--version|--help|--literal-pathspecs)$/.test(arg ?? ''),
  )
  if (global !== undefined) return `${global} changes what git runs or where`
  const after = subcommand === -1 ? [] : args.slice(subcommand + 1)
  const found = after.find(
    (arg) => arg !== undefined && /^(?:-O|--(?:ext|textc|op|outp|exec|upl|rec|conf|templ))/.test(arg),
  )
  return found === undefined ? undefined : `${found} runs a program or writes a file`
}

/** Printing lines and plain substitutions; anything else can write files (`w`) or run commands (`e`). */
function sedEffect(args: Arguments): string | undefined {
  const isOption = (arg: string) =>
    /^-[nErsuz]+$/.test(arg) || /^--(?:quiet|silent|regexp-extended|null-data|debug)$/.test(arg)
  const script = args.find((arg) => arg === undefined || !isOption(arg))
  if (script === undefined) return undefined
  if (!isPlainSedScript(script)) return `${script} may write files or run commands`
  const later = args.slice(args.indexOf(script) + 1).find((arg) => arg?.startsWith('-') && !isOption(arg))
  return later === undefined ? undefined : `${later} may write files or run commands`
}

function isPlainSedScript(script: string): boolean {
  const address = String.raw`(?:\d+|\$|/[^/\n;{}]*/)`
  const range = `(?:${address}(?:,\\s*(?:\\+?${address}))?)?`
  const substitution = String.raw`s([/|#,])(?:(?!\1)[^\\\n]|\\[^\n])*\1(?:(?!\1)[^\\\n]|\\[^\n])*\1[gpiI\d]*`
  return new RegExp(`^${range}(?:[pdq=]|${substitution})$`).test(script.trim())
}

function secondOperand(args: Arguments): string | undefined {
  const operands = args.filter((arg) => arg === undefined || !arg.startsWith('-'))
  return operands.length > 1 ? 'writes its second file' : undefined
}
