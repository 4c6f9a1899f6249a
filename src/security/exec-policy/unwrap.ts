import { isSystemProgram } from '../permissions/command-prefix.ts'
import { builtinVariables } from './builtin-variables.ts'
import { commandsByConvention } from './commands-by-convention.ts'
import { embeddedShell } from './embedded-shell.ts'
import { handedCommands } from './handed-commands.ts'
import { hide, type InsideCommand, nothingInside } from './inside-command.ts'
import { namesMade } from './names-made.ts'
import { otherCommands } from './other-commands.ts'
import { programName } from './program-name.ts'
import { findProgram } from './programs/find-program.ts'
import type { ProgramSpec } from './programs/program-spec.ts'
import { noteVariable, readBySpec, type Surroundings } from './read-by-spec.ts'
import { literalWord, type ShellWord } from './shell-word.ts'
import { unwrapBuiltin } from './unwrap-builtin.ts'
import { unwrapGit } from './unwrap-git.ts'
import { sedEffect } from './unwrap-sed.ts'
import { unwrapEnv, unwrapShell, unwrapXargs } from './unwrap-shell.ts'

/** Looks into a command: what it runs in turn, what it reads and writes, and what its words do not tell. */
export function unwrap(words: readonly ShellWord[], around: Surroundings): InsideCommand {
  const inside = nothingInside()
  const [name] = words
  const program = programName(name?.value)
  if (name?.value === undefined || program === undefined) return inside
  const rest = program === 'tar' || program === 'bsdtar' ? withDashes(words.slice(1)) : words.slice(1)
  const spec = findProgram(program)
  const isSpecial = unwrapSpecial(program, inside, [name, ...rest], around)
  if (!isSpecial) {
    if (spec === undefined) inside.opaque = true
    else readBySpec({ inside, program, around }, rest, spec)
  }
  inside.scripts.push(...embeddedShell(program, rest, around.input))
  inside.possible.push(...commandsByConvention(rest, { spec, isSpecial, input: around.input }))
  inside.possible.push(...otherCommands(name.value, rest), ...handedCommands(name.value, rest))
  inside.names.push(...namesMade(program, rest))
  if (name.value.includes('/') && !isSystemProgram(name.value)) inside.opaque = true
  const { sets, evaluates } = builtinVariables(program, rest)
  inside.sets.push(...sets)
  inside.evaluates.push(...evaluates)
  return inside
}

/** The old form of tar(1): `tar xIf program file` is `tar -x -I program -f file`. */
function withDashes([letters, ...words]: readonly ShellWord[]): readonly ShellWord[] {
  if (letters === undefined) return []
  if (letters.value === undefined || !/^[A-Za-z]+$/.test(letters.value)) return [letters, ...words]
  let next = 0
  const options = [...letters.value].flatMap((letter) => {
    const option = literalWord(`-${letter}`)
    const takesNext = 'bCfFgHIKLNTVX'.includes(letter) ? words[next] : undefined
    if (takesNext === undefined) return [option]
    next += 1
    return [option, takesNext]
  })
  return [...options, ...words.slice(next)]
}

/** How the words of the program are read, for rules about its options. */
export function specOf(word: string | undefined): ProgramSpec | undefined {
  const program = programName(word)
  return program === undefined ? undefined : findProgram(program)
}

/** Programs whose words no spec can say. Gives false for all others. */
function unwrapSpecial(
  program: string,
  inside: InsideCommand,
  words: readonly ShellWord[],
  around: Surroundings,
): boolean {
  const rest = words.slice(1)
  const deps = { inside, program, around }
  switch (program) {
    case 'git':
      unwrapGit(deps, words)
      return true
    case 'env':
      return unwrapEnv(deps, rest)
    case 'xargs':
      return unwrapXargs(deps, rest)
    case 'sed':
    case 'gsed':
      for (const script of sedEffect(inside, rest)) inside.scripts.push(script)
      return true
    case 'sh':
    case 'bash':
    case 'dash':
    case 'zsh':
    case 'ksh':
    case 'mksh':
    case 'ash':
    case 'rbash':
    case 'csh':
    case 'tcsh':
    case 'fish':
    case 'source':
    case '.':
      unwrapShell(deps, rest)
      return true
    case 'make':
    case 'gmake': {
      const shell = rest.find(({ start }) => /^(?:SHELL|MAKEFLAGS|\.SHELLFLAGS)[:+?]*=/.test(start))
      if (shell !== undefined) hide(inside, `${shell.text} changes what make runs`)
      for (const word of rest) noteVariable(inside, word)
      return false
    }
    case 'export':
    case 'declare':
    case 'typeset':
    case 'readonly':
    case 'local':
      for (const word of rest) noteVariable(inside, word)
      return unwrapBuiltin(deps, rest)
    default:
      return unwrapBuiltin(deps, rest)
  }
}
