import { globCovers } from './glob-covers.ts'

/** A path of a script by its parts: plain names, globs, and `anything` where an expansion makes them. */
export type PathParts = readonly string[]

/** Stands for text that is not known, with slashes or without. */
const anything = '\u0001'

/** Where nothing is known of a place. */
export const anyPlace: PathParts = [anything]

/**
 * The paths that a word could mean, from each of some directories on: braces are taken apart, expansions may be anything.
 *
 * @param word as written where it is not known: quotes and all
 */
export function pathsFrom(directories: readonly PathParts[], word: string): readonly PathParts[] {
  const texts = bracesApart(withoutExpansions(word))
  return texts.flatMap((text) =>
    text.startsWith('/') ? [joined([], text)] : directories.map((directory) => joined(directory, text)),
  )
}

/** A name below a directory. */
export function below(directory: PathParts, name: string | undefined): PathParts {
  return [...directory, name ?? anything]
}

/** Whether git runs what stands in a file, or finds there where its configuration is. `maybe`: its name says so, and its directory is not known. */
export function steersGit(path: PathParts): 'yes' | 'maybe' | 'no' {
  const last = path.at(-1) ?? ''
  if (couldBe(last, '.gitconfig') || (path.at(-2) === 'etc' && last === 'gitconfig')) return 'yes'
  if (endsWith(path, ['.config', 'git', 'config'])) return 'yes'
  if (path.some((part, at) => isGitDirectory(part) && isSteeringName(path.slice(at + 1)))) return 'yes'
  const unknownAt = path.findIndex(isAnything)
  return unknownAt !== -1 && isSteeringName(path.slice(unknownAt + 1).filter((part) => !/^\*+$/.test(part)))
    ? 'maybe'
    : 'no'
}

/** Whether a name below a git directory is that of a file that git runs, or that says what it runs. */
export function isSteeringName(names: PathParts): boolean {
  if (names.length > 0 && names.some(isAnything)) return true
  if (names.some((name) => couldBe(name, 'hooks'))) return true
  return steeringNames.some((name) => endsWith(names, name))
}

const steeringNames = [['config'], ['config.worktree'], ['commondir'], ['git-rebase-todo'], ['info', 'attributes']]

/** Whether a path is that of a git directory, or with `held` of something in it that holds what git runs. */
export function isGitPlace(path: PathParts, held = false): boolean {
  return path.some((part, at) => {
    if (!isGitDirectory(part)) return false
    const rest = path[at + 1]
    if (rest === undefined) return true
    const names = held ? ['hooks', 'info', 'modules', 'worktrees'] : ['modules', 'worktrees']
    return isAnything(rest) || names.some((name) => couldBe(rest, name))
  })
}

/** `.git`, and by custom `name.git`. */
function isGitDirectory(part: string): boolean {
  if (isAnything(part)) return /\.git$/i.test(part) // `$name.git`
  return couldBe(part, '.git') || /[^*]\.git$/i.test(part)
}

export function isAnything(part: string): boolean {
  return part.includes(anything)
}

function endsWith(path: PathParts, names: PathParts): boolean {
  const from = path.length - names.length
  return from >= 0 && names.every((name, index) => couldBe(path[from + index] ?? '', name))
}

/** As the shell has it: a glob that begins with a wildcard matches no name with a dot in front. */
function couldBe(part: string, name: string): boolean {
  if (isAnything(part) || part === '') return false
  if (name.startsWith('.') && /^[*?[]/.test(part)) return false
  return globCovers(part.toLowerCase(), name)
}

function withoutExpansions(word: string): string {
  const text = word
    .replace(/\$\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)|`[^`]*`|\$\{[^}]*\}|\$[\w@*#?!$-]/g, (found) =>
      /^\$[A-Za-z_]/.test(found) ? found : anything,
    )
    .replace(/\$[A-Za-z_]\w*/g, anything)
    .replace(/["'\\]/g, '')
  return /[$`(]|\{[^{}]*\.\.[^{}]*\}/.test(text) ? anything : text
}

/** More alternatives than these are not told apart. */
const mostPaths = 32

function bracesApart(text: string): readonly string[] {
  const found: string[] = []
  const left = [text]
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const [braces, list] = /\{([^{}]*,[^{}]*)\}/.exec(next) ?? []
    if (braces === undefined || list === undefined) found.push(next)
    else for (const each of list.split(',')) left.push(next.replace(braces, () => each))
    if (found.length + left.length > mostPaths) return [anything]
  }
  return found
}

function joined(directory: PathParts, text: string): PathParts {
  const parts = [...directory]
  for (const part of text.split('/')) {
    if (part === '' || part === '.') continue
    const last = parts.at(-1)
    if (part !== '..') parts.push(part)
    else if (last === undefined || last === '..') parts.push(part)
    else if (!isAnything(last)) parts.pop()
  }
  return parts
}
