import { programOf } from './files-of-words.ts'
import {
  anyPlace,
  below,
  isAnything,
  isGitPlace,
  isSteeringName,
  type PathParts,
  pathsFrom,
  steersGit,
} from './git-path.ts'
import { readArguments } from './programs/read-arguments.ts'
import type { ScriptReading, SimpleCommand } from './script-reading.ts'
import type { ShellWord } from './shell-word.ts'
import { specOf } from './unwrap.ts'

/**
 * The first file of a script that git runs, now or at a later command: configuration and hooks of a git directory, under every name that the script
 * gives it. Names start from each directory that a `cd` of the script may have led to. Where a directory is not known, what is written
 * there counts by its name, and only if the script runs git.
 */
export function steeringFile(reading: ScriptReading): string | undefined {
  const runsGit = reading.commands.some((command) => programOf(command) === 'git')
  const state: State = { directories: startOf(reading.startsIn), places: new Set() }
  if (runsGit) for (const word of reading.commands.flatMap(namedGitDirectories)) state.places.add(word)
  const named: Written[] = []
  for (const command of reading.commands) {
    enter(command, state)
    const moved = transferred(command, state)
    if (moved !== undefined) return moved
    const texts = [...command.writes, ...command.unknownWrites]
    named.push(...texts.map((text) => ({ text, makesFile: !keepers.has(programOf(command) ?? '') })))
  }
  const { directories } = state
  const places = distinct([...state.places].flatMap((word) => pathsFrom(directories, word)))
  const where = { directories, places, runsGit }
  const redirected = [...reading.writes, ...reading.unknownWrites]
  const all = [...named, ...redirected.map((text) => ({ text, makesFile: true }))]
  return all.find((written) => isSteering(written, where))?.text
}

interface Written {
  readonly text: string
  /** False for what at most removes a directory, or makes one. */
  readonly makesFile: boolean
}

interface State {
  /** Those that names may start from. */
  readonly directories: PathParts[]
  /** Words that may name a git directory, whatever its name. */
  readonly places: Set<string>
}

interface Where {
  readonly directories: readonly PathParts[]
  readonly places: readonly PathParts[]
  readonly runsGit: boolean
}

/** A script that would be in more directories than these is in any. */
const mostDirectories = 64

const keepers: ReadonlySet<string> = new Set(
  ['git', 'rm', 'rmdir', 'mkdir', 'touch', 'chmod', 'chown', 'chgrp', 'cd', 'pushd'].concat([
    'cp',
    'mv',
    'ln',
    'install',
  ]),
)

function isSteering({ text, makesFile }: Written, { directories, places, runsGit }: Where): boolean {
  return pathsFrom(directories, text).some((path) => {
    const answer = steersGit(path)
    if (answer === 'yes' || (answer === 'maybe' && runsGit)) return true
    if (makesFile && path.at(-1) === '.git') return true // it says where the git directory is
    return places.some((place) => isIn(path, place))
  })
}

/** Whether a path is that of a file that git runs in a place that is a git directory. */
function isIn(path: PathParts, place: PathParts): boolean {
  if (place.some(isAnything)) return !path.some(isAnything) && isSteeringName(path)
  const [first, ...others] = path.slice(place.length)
  if (first === undefined || !place.every((part, at) => part === path[at])) return false
  return others.length === 0 ? isSteeringName([first]) : isGitPlace(['.git', first], true)
}

/** No more than can be compared with every file of a script. */
function distinct(found: readonly PathParts[]): PathParts[] {
  const paths = [...new Map(found.map((path) => [path.join('/'), path])).values()]
  return paths.length > mostDirectories ? [...paths.slice(0, mostDirectories), anyPlace] : paths
}

/** A directory outside of the working tree is where it starts. */
function startOf(startsIn: string | undefined): PathParts[] {
  const parts = startsIn?.split('/') ?? []
  const at = parts.findIndex((part) => part.toLowerCase() === '.git')
  return [at === -1 ? [] : parts.slice(at)]
}

/** Adds where a `cd`, or an option such as that of `env -C`, leads. */
function enter(command: SimpleCommand, { directories }: State): void {
  for (const target of targetsOf(command)) {
    const reached = pathsFrom(directories, target)
    directories.splice(0, directories.length, ...distinct([...directories, ...reached]))
  }
}

function targetsOf(command: SimpleCommand): readonly string[] {
  const words = command.words.slice(1)
  if (movers.has(programOf(command) ?? '')) {
    const target = words.find(({ start }) => !/^[-+]./.test(start))
    return target === undefined || target.value === '-' ? [] : [textOf(target)]
  }
  const { options } = readArguments(words, specOf(command.known[0]) ?? {})
  return options.flatMap(({ kind, value }) => (kind === 'moves' && value !== undefined ? [textOf(value)] : []))
}

const movers: ReadonlySet<string> = new Set(['cd', 'pushd', 'chdir'])

const transferrers: ReadonlySet<string> = new Set(['cp', 'mv', 'ln', 'install', 'rsync', 'scp'])

/** What a command that copies, moves or links does to a git directory, or to files of one; adds names that a directory gets which may be one. */
function transferred(command: SimpleCommand, state: State): string | undefined {
  const program = programOf(command) ?? ''
  if (!transferrers.has(program)) return undefined
  const { options, operands } = readArguments(command.words.slice(1), specOf(program) ?? {})
  const into = options.findLast(({ name }) => name === '-t' || name === '--target-directory')?.value
  const isNamed = into !== undefined
  const target = into ?? (operands.length > 1 ? operands.at(-1) : undefined)
  const sources = isNamed || target === undefined ? operands : operands.slice(0, -1)
  const links = program === 'ln' || command.words.some(({ start }) => /^(?:-[a-zA-Z]*[ls]|--link|--sym)/.test(start))
  for (const source of sources) {
    for (const path of paths(source, state)) {
      if (isGitPlace(path, links) || (links && steersGit(path) === 'yes')) return source.text
      if (path.length > 0 && isAnything(path.at(-1) ?? '') && target !== undefined) state.places.add(textOf(target))
    }
    if (target !== undefined && paths(target, state).some((path) => replaces(path, source, target, isNamed)))
      return target.text
  }
  return undefined
}

/** Whether a source becomes a git directory, or what git runs in it. */
function replaces(path: PathParts, source: ShellWord, target: ShellWord, isDirectory: boolean): boolean {
  if (path.at(-1)?.toLowerCase() === '.git' && !isDirectory && !target.text.endsWith('/')) return true
  const [inside] = pathsFrom([[]], textOf(source).replace(/\/+$/, ''))
  const name = inside?.at(-1)
  const isWhole = /(?:^|\/)\.{1,2}\/*$/.test(textOf(source)) || (source.value?.endsWith('/') ?? false)
  if (isWhole || name === undefined) return isGitPlace(path, true)
  const reached = below(path, name)
  return steersGit(reached) === 'yes' || (isGitPlace(reached, true) && !isGitPlace([name]))
}

function paths(word: ShellWord, { directories }: State): readonly PathParts[] {
  return pathsFrom(directories, textOf(word))
}

/** `--git-dir=DIR`, `-C DIR`, and what is made without a working tree. */
function namedGitDirectories(command: SimpleCommand): readonly string[] {
  if (programOf(command) !== 'git') return []
  const words = command.words.slice(1)
  const isBare = words.some(({ value }) => value === '--bare' || value === '--mirror')
  return words.flatMap((word, at) => {
    const [, written] = /^--(?:separate-)?git-dir(?:=(.*))?$/s.exec(word.value ?? word.text) ?? []
    if (written !== undefined) return [written]
    const before = words[at - 1]?.value
    const isNamed = before === '--git-dir' || before === '--separate-git-dir'
    return isNamed || (before === '-C' && word.value !== undefined) || (isBare && at === words.length - 1)
      ? [textOf(word)]
      : []
  })
}

function textOf({ value, text }: ShellWord): string {
  return value ?? text
}
