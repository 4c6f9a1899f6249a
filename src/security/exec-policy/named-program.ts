import type { HostExecutable } from '../../plugin-api/index.ts'
import { type CommandWords, certainlyStartsWith } from '../permissions/command-prefix.ts'

/**
 * Whether a command certainly starts with the words of a rule, where a program may stand under a path. Of a name that
 * `host_executable` speaks of, only the paths that it lists are the program; of another, those in a directory of the system. Of several calls in
 * a file the last one says it, and of several files all have to list a path.
 */
export function certainlyNamed(
  hosts: readonly (HostExecutable & { readonly file: string })[],
): (command: CommandWords, prefix: readonly string[]) => boolean {
  if (hosts.length === 0) return certainlyStartsWith
  const lists = new Map(hosts.map((host) => [`${host.file}\0${host.name}`, host]))
  const listsOf = Map.groupBy(lists.values(), ({ name }) => name)
  return (command, prefix) => {
    const [program = '', ...rest] = command.known
    const name = program.slice(program.lastIndexOf('/') + 1)
    const found = program === name ? undefined : listsOf.get(name)
    if (found === undefined) return certainlyStartsWith(command, prefix)
    if (prefix[0] === program) return startsWords(command.known, prefix)
    return found.every(({ paths }) => paths.includes(program)) && startsWords([name, ...rest], prefix)
  }
}

function startsWords(words: readonly string[], prefix: readonly string[]): boolean {
  return prefix.every((word, index) => words[index] === word)
}
