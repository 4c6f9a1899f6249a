import { splitWords } from '../../definitions/split-words.ts'
import type { ProgramSpec } from './programs/program-spec.ts'
import { literalWord, type ShellWord } from './shell-word.ts'

/** What is known of the program around the words. */
export interface ConventionDeps {
  /** How it reads its words. Undefined: nobody said. */
  readonly spec: ProgramSpec | undefined
  /** More is read of it than a spec says. */
  readonly isSpecial: boolean
  /** What it reads, where the script holds it. */
  readonly input: string | undefined
}

/**
 * What a program that runs code, or that nobody described, would run by the forms that most programs share: the words behind `--`, `exec` and `run`, and the text behind
 * `-c` or `--command`. Of a language's interpreter it is that text, and the strings in calls such as `system("cmd")`. They are commands for rules that
 * ask or forbid, and nothing has to allow them.
 */
export function commandsByConvention(
  words: readonly ShellWord[],
  { spec, isSpecial, input }: ConventionDeps,
): readonly (readonly ShellWord[])[] {
  if (isSpecial || (spec !== undefined && !spec.given && !spec.opaque)) return []
  const texts = words.slice(0, mostWords).map(({ value, start }) => value ?? start)
  const ofTexts = texts.flatMap((text, index) => {
    const attached = /^--(?:command|cmd|exec|run)=(.*)$/s.exec(text)?.[1]
    if (attached !== undefined) return plainCommands(attached)
    return /^(?:-c|-Command|--(?:command|cmd|exec|run))$/.test(text) ? plainCommands(texts[index + 1]) : []
  })
  // Where its words are described, `run` is a subcommand that says what it runs.
  const leads = spec === undefined ? /^(?:--|-?-?exec|run)$/ : /^(?:--|-?-?exec)$/
  const ofProject =
    spec === undefined ? -1 : texts.findIndex((text) => /^(?:run|run-script|r|test|t|bench|start)$/.test(text))
  const leadingTo = texts.flatMap((text, index) => {
    // Words for the project's own code: `cargo run -- make`.
    const isOwn = text === '--' && ofProject !== -1 && ofProject < index
    return leads.test(text) && !isOwn ? behind(words, index + 1) : []
  })
  const ofCalls = spec?.given ? [...texts, input ?? ''].flatMap(callsIn) : []
  return [...leadingTo, ...ofTexts, ...ofCalls]
}

const mostWords = 200

/** The rest of a line, and the rest behind options that stand first: they may take a word each, or not. */
function behind(words: readonly ShellWord[], from: number): readonly (readonly ShellWord[])[] {
  const rests: (readonly ShellWord[])[] = []
  for (let at = from; at < Math.min(words.length, from + mostOptions); at += 1) {
    const [first, before] = [words[at], words[at - 1]]
    if (first?.value !== undefined && !first.value.startsWith('-')) {
      rests.push(words.slice(at))
      if (/\s/.test(first.value)) rests.push(...plainCommands(first.value))
    }
    if (at > from && before?.start.startsWith('-') !== true && first?.start.startsWith('-') !== true) break
  }
  return rests
}

const mostOptions = 12

/** The strings behind a name that starts programs, in most languages: `os.system("cmd")`, `run(["cmd", "word"])`, `(shell-command "cmd")`, `%x(cmd)`. */
function callsIn(text: string): readonly (readonly ShellWord[])[] {
  if (text.length > longestText) return []
  const ofCalls = [...text.matchAll(starting)].flatMap(({ 0: call, index }) => {
    const rest = text.slice(index + call.length)
    const strings = /^[\s([]*((?:(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)[\s,[\](]*)+)/s.exec(rest)?.[1] ?? ''
    const parts = [...strings.matchAll(/"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|`([^`]*)`/gs)]
    return plainCommands(parts.map(([, a, b, c]) => a ?? b ?? c ?? '').join(' '))
  })
  const inBackticks = [...text.matchAll(/`([^`]*)`|%x[({[]([^)}\]]*)/g)].flatMap(([, a, b]) => plainCommands(a ?? b))
  return [...ofCalls, ...inBackticks]
}

const starting =
  /\b(?:system|syscmd|esyscmd|exec\w*|popen\w*|spawn\w*|run|call-process|call|check_(?:call|output)|getoutput|Popen|execute|shell-command-to-string|shell-command|start-process|do shell script|shell_exec|passthru|proc_open)\b/g

/** The commands of a text that is perhaps none, as far as they are plain words. */
function plainCommands(text = ''): readonly (readonly ShellWord[])[] {
  if (text.length > longestText) return []
  return text.split(/[;&|\n]+/).flatMap((part) => {
    const words = splitWords(part) ?? []
    return words.length === 0 ? [] : [words.map(literalWord)]
  })
}

const longestText = 4096
