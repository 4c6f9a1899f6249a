/**
 * A simple command as far as it is known before it runs: its leading words, and whether something unknown follows
 * (an expansion may stand for no word or for many).
 */
export interface CommandWords {
  readonly known: readonly string[]
  readonly open: boolean
}

const unknownWord = '\u0001'

/** Writes a command as the subject of the `exec` dimension: words that keep their borders. */
export function commandSubject(command: CommandWords): string {
  return [...command.known, ...(command.open ? [unknownWord] : [])].map((word) => `${word}\0`).join('')
}

/** Reads a subject: of `commandSubject`, or a plain line whose words stand apart by blanks. */
export function commandOfSubject(subject: string): CommandWords {
  const words = subject.includes('\0')
    ? subject.split('\0').slice(0, -1)
    : subject.split(/\s+/).filter((word) => word !== '')
  const firstUnknown = words.findIndex((word) => word.includes(unknownWord))
  return firstUnknown === -1 ? { known: words, open: false } : { known: words.slice(0, firstUnknown), open: true }
}

/**
 * True where the command certainly starts with the prefix. A program in a directory of the system is also its base name;
 * one elsewhere (`./ls`, `/tmp/ls`) is not.
 */
export function certainlyStartsWith(command: CommandWords, prefix: readonly string[]): boolean {
  if (prefix.length > command.known.length) return false
  return prefix.every((word, index) => {
    const actual = command.known[index]
    return actual === word || (index === 0 && actual !== undefined && systemProgram(actual) === word)
  })
}

/**
 * True where the command starts with the prefix, or could once its unknown words are known. A program named by any
 * path is also its base name, in any letter case, since some file systems do not tell cases apart.
 */
export function possiblyStartsWith(command: CommandWords, prefix: readonly string[]): boolean {
  const shared = Math.min(prefix.length, command.known.length)
  const agrees = prefix.slice(0, shared).every((word, index) => {
    const actual = command.known[index] ?? ''
    return actual === word || (index === 0 && baseName(actual).toLowerCase() === word.toLowerCase())
  })
  return agrees && (prefix.length <= command.known.length || command.open)
}

/** Compiles a prefix of the exec dimension; `*` is every command. `allow` asks for certainty, `deny` for possibility. */
export function compileCommandPrefix(prefix: string, use: 'allow' | 'deny'): (command: CommandWords) => boolean {
  const words = prefix.split(/\s+/).filter((word) => word !== '')
  if (words.length === 0) return () => false
  if (words.length === 1 && words[0] === '*') return () => true
  return use === 'allow'
    ? (command) => certainlyStartsWith(command, words)
    : (command) => possiblyStartsWith(command, words)
}

/** Where programs of the system and its package managers lie: nothing that a sandboxed command could write. */
const systemDirectories: ReadonlySet<string> = new Set([
  '/bin',
  '/sbin',
  '/usr/bin',
  '/usr/sbin',
  '/usr/local/bin',
  '/usr/local/sbin',
  '/opt/homebrew/bin',
])

/** Whether a program named by a path lies where only the system puts programs. */
export function isSystemProgram(word: string): boolean {
  return systemProgram(word) !== undefined
}

function systemProgram(word: string): string | undefined {
  const at = word.lastIndexOf('/')
  return at > 0 && systemDirectories.has(word.slice(0, at)) ? word.slice(at + 1) : undefined
}

function baseName(word: string): string {
  return word.slice(word.lastIndexOf('/') + 1)
}
