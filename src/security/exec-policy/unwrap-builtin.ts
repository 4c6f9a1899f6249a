import { addScript, hide, type InsideCommand } from './inside-command.ts'
import { beOpaque, type Unwrapping } from './read-by-spec.ts'
import { literalWord, type ShellWord } from './shell-word.ts'

/** Programs and builtins that no spec can say: those that take code in their words, and those whose lines have no fixed form. */
export function unwrapBuiltin(deps: Unwrapping, words: readonly ShellWord[]): boolean {
  const { inside, program } = deps
  const values = words.map(({ value }) => value)
  switch (program) {
    case 'eval':
      inside.transparent = true
      addScript(inside, values[0] === '--' ? values.slice(1) : values, 'eval')
      return true
    case 'alias':
      for (const word of words) addDefinition(inside, word)
      inside.unsure.push('it renames commands')
      return true
    case 'trap':
      if (words.length > 0 && !isTrapReset(values))
        addScript(inside, values[0] === '--' ? values.slice(1, 2) : values.slice(0, 1), 'trap')
      return true
    case 'cd':
    case 'pushd':
    case 'popd':
      inside.changesDirectory = true
      return true
    case 'tee':
    case 'sponge':
      for (const { value, start, text } of words) {
        if (start.startsWith('-')) continue
        if (value !== undefined) inside.outputs.push(value)
        else {
          inside.unknownWrites.push(text)
          inside.unsure.push(`${program} writes ${text}, which is not known before it runs`)
        }
      }
      return true
    case 'mapfile':
    case 'readarray':
    case 'compgen':
      addCallbacks(inside, program, words)
      noteEvaluated(inside, program, words)
      return true
    case 'complete':
    case 'bind':
    case 'enable':
    case 'hash':
      inside.unsure.push(`${program} can change what commands mean`)
      return true
    case 'ssh':
    case 'mosh':
      addProxies(inside, program, values)
      return false
    case 'capsh': {
      const at = values.findIndex((value) => value === '--' || value === '==')
      if (at === -1) return false
      inside.commands.push([literalWord('bash'), ...words.slice(at + 1)])
      return true
    }
    case 'socat': {
      const named = values.flatMap(
        (value) => value?.split(/(?:EXEC|SYSTEM|SHELL):/i)[1]?.split(/,(?=\w+(?:=|$|,))/)[0] ?? [],
      )
      inside.scripts.push(...named)
      beOpaque(inside, 'socat can run programs')
      return true
    }
    case 'su':
    case 'runuser':
    case 'sg':
      addGivenText(inside, program, values)
      addInput(deps)
      return false
    case 'parallel':
    case 'pkexec':
    case 'at':
    case 'batch':
      addInput(deps)
      return false
    default:
      if (evaluators.has(program)) noteEvaluated(inside, program, words)
      return false
  }
}

/** They run what they read, or start a shell that does. */
function addInput({ inside, around }: Unwrapping): void {
  if (around.input !== undefined) inside.scripts.push(around.input)
}

/** They hand the text behind `-c` to a shell. */
function addGivenText(inside: InsideCommand, program: string, values: readonly (string | undefined)[]): void {
  for (const [index, value] of values.entries()) {
    const [, option, joined] = /^(-[a-zA-Z]*?c|--(?:session-)?com[a-z]*)(?:=?(.+))?$/s.exec(value ?? '') ?? []
    if (option !== undefined) addScript(inside, [joined ?? values[index + 1]], `${program} -c`)
  }
}

/** ssh_config(5): programs that ssh starts on this machine. */
function addProxies(inside: InsideCommand, program: string, values: readonly (string | undefined)[]): void {
  for (const value of values) {
    const text = /^(?:-\w*o)?\s*(?:Proxy|Local|KnownHosts)Command\s*[=\s]\s*(.*)$/is.exec(value ?? '')?.[1]
    if (text === undefined) continue
    inside.scripts.push(text)
    hide(inside, `${program} -o starts a program`)
  }
}

/** Builtins that evaluate their words as arithmetic, in which `a[$(cmd)]` runs a command. */
const evaluators: ReadonlySet<string> = new Set(
  ['let', 'test', '[', 'declare', 'typeset', 'local', 'export', 'readonly'].concat(['printf', 'read', 'unset', 'wait']),
)

function noteEvaluated(inside: InsideCommand, program: string, words: readonly ShellWord[]): void {
  const suspicious = words.some(({ value }) => value !== undefined && /\$\(|`|\$\{/.test(value))
  // What printf prints is text; only the name behind -v is not.
  const isPrinted = program === 'printf' && !words.some(({ value }) => value === '-v')
  if (suspicious && !isPrinted) inside.unknown.push(`${program} evaluates a text with a command in it`)
}

/** `-C` names a command, and the words of `-W` are expanded. */
function addCallbacks(inside: InsideCommand, program: string, words: readonly ShellWord[]): void {
  for (const [index, { value }] of words.entries()) {
    if (value === undefined || !/^-[CW]/.test(value)) continue
    addScript(inside, [value.length > 2 ? value.slice(2) : words[index + 1]?.value], program)
  }
}

function addDefinition(inside: InsideCommand, word: ShellWord): void {
  const at = word.start.indexOf('=')
  if (at === -1 && word.value !== undefined) return
  if (word.value === undefined) inside.unknown.push('alias takes a text that is not known')
  else inside.scripts.push(word.value.slice(at + 1))
}

function isTrapReset([first]: readonly (string | undefined)[]): boolean {
  return first === '-' || first === '' || first === '-l' || first === '-p'
}
