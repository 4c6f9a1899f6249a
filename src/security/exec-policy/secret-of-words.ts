import { realpath } from 'node:fs/promises'
import path from 'node:path'
import { type FilesOfWords, programOf } from './files-of-words.ts'

/** What a command says nothing of but the name. */
const namingPrograms =
  /^(?::|true|false|echo|printf|test|\[|cd|pushd|popd|pwd|export|unset|set|read|type|which|command|ls|stat|basename|dirname|realpath|readlink|umask|mkdir)$/

/** Programs whose words are often no files: only what is written with a `/` is looked up. */
const textPrograms = /^(?:git|gh|find|grep|egrep|fgrep|rg|ag|tr|date|hostname|seq|sleep|kill|npm|npx|pnpm|yarn|make)$/

/** Options whose value is told to the other side of a connection, or left out. */
const otherOptions = /^(?:--cacert|--capath|-CAfile|-CApath|--exclude|--ignore|--exclude-from|-m|--message)$/

/**
 * The first existing file that a word of a command names, and that `isSecret` says is one at its real path. Words that are no existing
 * file are none, whatever they look like.
 */
export async function secretOfWords(
  commands: readonly FilesOfWords[],
  { isSecret, sandboxNeeded }: { isSecret(realPath: string): boolean; readonly sandboxNeeded: boolean },
): Promise<string | undefined> {
  const isOwn = sandboxNeeded ? ownInSandbox : ownFiles
  const files = new Set(commands.flatMap(filesNamed).filter((file) => !isOwn.test(file)))
  const real = await Promise.all([...files].map(realPathOf))
  return real.find((file) => file !== undefined && isSecret(file))
}

/** In a sandbox, what a command calls /proc is another one, of its own processes. */
const ownInSandbox = /^\/proc\//
/** Looked up from here, these would be this program's; what `root` and `cwd` lead to is the same. */
const ownFiles = /^\/proc\/(?:self|thread-self)\/(?!(?:root|cwd)\/)/

/** Absolute paths of what a command names other than to speak of it: globs and all. */
export function filesNamed({ command, words, reads, writes, pathsOf }: FilesOfWords): readonly string[] {
  if (onlyNames(command)) return []
  const isText =
    !command.opaque && (textPrograms.test(programOf(command) ?? '') || reads.length > 0 || writes.length > 0)
  const named = words.filter((word, index) => !isOther(word, words[index - 1]))
  return [...reads, ...writes, ...named.flatMap(partsOf).filter((part) => !isText || part.includes('/'))].flatMap(
    pathsOf,
  )
}

/** True for a program that opens no file that its words name. */
export function onlyNames(command: FilesOfWords['command']): boolean {
  const program = programOf(command)
  return program === undefined || namingPrograms.test(program)
}

function isOther(word: string, before: string | undefined): boolean {
  if (before !== undefined && otherOptions.test(before)) return true
  return otherOptions.test(word.split('=')[0] ?? '')
}

/** `@file`, `name=file`, `if=file`, `file:/place`, `-f/file` name a file too. */
function partsOf(word: string): readonly string[] {
  const attached = /^-[A-Za-z]([/.~].*)$/.exec(word)?.[1] ?? []
  const parts = [word, ...word.split(/[=@<:,]/), ...[attached].flat()]
  return parts.filter((part) => part !== '' && !part.startsWith('-') && !part.startsWith('//'))
}

async function realPathOf(file: string): Promise<string | undefined> {
  try {
    const real = await realpath(file)
    return path.sep === '/' ? real : real.replaceAll(path.sep, '/')
  } catch {
    return undefined // It is no file that can be looked up: the sandbox, and the system, say what it is.
  }
}
