import path from 'node:path'
import type { Places } from '../places.ts'
import type { ScriptReading, SimpleCommand } from './script-reading.ts'
import type { ShellWord } from './shell-word.ts'

/** A command, and the paths that its words and redirections could mean. */
export interface FilesOfWords {
  readonly command: SimpleCommand
  /** Absolute, as the words have them: globs and all. */
  pathsOf(word: string): readonly string[]
  /** Each word, behind the program's name, as text in which the home directories stand for their variables. Those of other variables are left out. */
  readonly words: readonly string[]
  /** What the command reads and writes, in the same way. */
  readonly reads: readonly string[]
  readonly writes: readonly string[]
}

/**
 * For each command of a script, in order, how its words become paths. After a literal `cd` a relative name may start from there, and from
 * where it started before: whether a `cd` took place, the text does not say.
 */
export function filesOfWords(
  reading: Pick<ScriptReading, 'commands'>,
  { places, cwd }: { readonly places: Places; readonly cwd: string },
): readonly FilesOfWords[] {
  let directories: readonly string[] = [cwd]
  return reading.commands.map((command) => {
    const words = command.words.slice(1).flatMap((word) => literalText(word, places) ?? [])
    const from = directories
    const target = movers.has(programOf(command) ?? '') ? words.find((word) => !word.startsWith('-')) : undefined
    if (target !== undefined) {
      const all = unique([...from, ...from.map((directory) => path.resolve(directory, target))])
      directories = all.length > mostDirectories ? [cwd, ...all.slice(1 - mostDirectories)] : all
    }
    return {
      ...{ command, words },
      reads: command.reads.map((file) => homeText(file, places)),
      writes: command.writes.map((file) => homeText(file, places)),
      pathsOf: (word) => unique(from.map((directory) => path.resolve(directory, word))),
    }
  })
}

/** Each `cd` doubles them. Of more than these the ones count that the latest lead to, and the first. */
const mostDirectories = 256

/** The name of a command's program, without its directory. */
export function programOf(command: Pick<SimpleCommand, 'known'>): string | undefined {
  const program = command.known[0]
  return program?.slice(program.lastIndexOf('/') + 1)
}

const movers: ReadonlySet<string> = new Set(['cd', 'pushd', 'chdir'])

function literalText(word: ShellWord, places: Places): string | undefined {
  const text = homeText(word.value ?? word.text.replace(/["']/g, ''), places)
  return text === '' || /\0/.test(text) || (word.value === undefined && /[$`]|[<>]\(/.test(text)) ? undefined : text
}

function homeText(text: string, { homeDir, codexHome }: Places): string {
  return text
    .replace(/^~(?=\/|$)/, () => homeDir)
    .replace(/^\$(?:HOME|\{HOME\})(?=\/|$)/, () => homeDir)
    .replace(/^\$(?:CODEX_HOME|\{CODEX_HOME\})(?=\/|$)/, () => codexHome)
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)]
}
