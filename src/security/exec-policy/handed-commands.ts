import { splitWords } from '../../definitions/split-words.ts'
import { comparedFamily } from './program-name.ts'
import { findProgram } from './programs/find-program.ts'
import { readArguments } from './programs/read-arguments.ts'
import { isSubcommandName } from './rule-meanings.ts'
import { literalWord, type ShellWord, unknownWord } from './shell-word.ts'

type Words = readonly ShellWord[]

/** Commands that a program is handed in a form of its own. A rule that asks or forbids holds for each, and nothing has to allow them. */
export function handedCommands(written: string, words: Words): readonly Words[] {
  const name = comparedFamily(written)
  switch (name) {
    case 'npm':
      return ofExplore(words)
    case 'docker':
    case 'podman':
    case 'nerdctl':
    case 'docker-compose':
    case 'podman-compose':
      return [...ofEntrypoint(words), ...ofOutput(name, words)]
    case 'cmake':
      return ofBuild(words)
    case 'gh':
    case 'glab':
      return ofAlias(name, words)
    case 'vercel':
      return withoutSubcommand(name, 'deploy', words)
    case 'yarn':
    case 'bundle':
      return withoutSubcommand(name, 'install', words)
    default:
      return []
  }
}

/** `npm explore NAME -- cmd`, in words or as a text. */
function ofExplore(words: Words): readonly Words[] {
  const at = words.findIndex(({ value }) => /^explo(?:re?)?$/.test(value ?? ''))
  if (at === -1) return []
  const [, ...rest] = words.slice(at + 1).filter(({ start }) => start !== '--')
  return rest.length === 0 ? [] : [rest, ...textOf(rest[0])]
}

/** `docker run --entrypoint npm IMAGE publish`: which word the image is, the options in front of it say; each may be it. */
function ofEntrypoint(words: Words): readonly Words[] {
  return words.flatMap(({ start, value }, index) => {
    if (!/^--entrypoint(?:=|$)/.test(start)) return []
    const isJoined = start.includes('=')
    const entry = isJoined ? value?.slice(value.indexOf('=') + 1) : words[index + 1]?.value
    if (entry === undefined) return []
    const program = splitWords(entry.replace(/[[\],"]+/g, ' '))?.map(literalWord) ?? []
    const rest = words.slice(isJoined ? index + 1 : index + 2).slice(0, mostWords)
    return rest.flatMap((word, place) =>
      word.start.startsWith('-') ? [] : program.length === 0 ? [] : [[...program, ...rest.slice(place + 1)]],
    )
  })
}

const mostWords = 40

/** `docker buildx build --output type=registry`. */
function ofOutput(name: string, words: Words): readonly Words[] {
  const pushes = words.some(({ start }) =>
    /^(?:-o|--output=?)?(?:[^\s=]+=[^,]*,)*(?:type=registry|push=true)(?:,|$)/.test(start),
  )
  return pushes ? [[literalWord(name), literalWord('push')]] : []
}

/** `cmake --build DIR --target NAME -- words` is the make or the ninja that it was set up for. */
function ofBuild(words: Words): readonly Words[] {
  if (!words.some(({ start }) => start === '--build')) return []
  const own = words.findIndex(({ start }) => start === '--')
  const targets: ShellWord[] = []
  let isTarget = false
  for (const { start, value } of own === -1 ? words : words.slice(0, own)) {
    const joined = /^(?:--target=|-t(?=.))(.*)$/s.exec(start)?.[1]
    if (joined !== undefined) targets.push(literalWord(joined))
    else if (isTarget && !start.startsWith('-') && value !== undefined) targets.push(literalWord(value))
    isTarget = start.startsWith('-') ? /^(?:--target|-t)/.test(start) : isTarget
  }
  const given = own === -1 ? targets : [...targets, ...words.slice(own + 1)]
  return given.length === 0 ? [] : ['make', 'ninja'].map((program) => [literalWord(program), ...given])
}

/** `gh alias set NAME 'pr merge'`: what the name would do with further words. */
function ofAlias(program: string, words: Words): readonly Words[] {
  const [group, verb, , text] = words.filter(({ start }) => !start.startsWith('-'))
  if (group?.value !== 'alias' || verb?.value !== 'set' || text?.value === undefined) return []
  const further = unknownWord('further words')
  return textOf(text).flatMap((command) => [
    [literalWord(program), ...command, further],
    [...command, further],
  ])
}

/** The subcommand that a program takes where none is named. */
function withoutSubcommand(name: string, implied: string, words: Words): readonly Words[] {
  const spec = findProgram(name) ?? {}
  const { options, operands } = readArguments(words, spec)
  const [first] = operands
  if (options.some(({ name: option }) => /^(?:--help|-h|--version|-v|-V)$/.test(option))) return []
  if (first !== undefined && (name !== 'vercel' || isSubcommandName(spec, first.value ?? ''))) return []
  return [[literalWord(name), literalWord(implied), ...words]]
}

function textOf(word: ShellWord | undefined): readonly Words[] {
  const words = word?.value === undefined ? [] : (splitWords(word.value) ?? [])
  return words.length === 0 ? [] : [words.map(literalWord)]
}
