import { lstat, readdir } from 'node:fs/promises'
import path from 'node:path'
import { subjectPath } from '../gate/resolve-action.ts'
import { isAtOrBelow } from '../permissions/path-pattern.ts'
import type { Places } from '../places.ts'
import type { ProtectedPaths } from '../protected-paths.ts'
import { realPathAtUse } from '../real-path.ts'
import { filesOfWords } from './files-of-words.ts'
import { type OptionKind, optionKinds } from './programs/program-spec.ts'
import { readArguments } from './programs/read-arguments.ts'
import type { ScriptReading, SimpleCommand } from './script-reading.ts'
import type { ShellWord } from './shell-word.ts'
import { specOf } from './unwrap.ts'

export interface WorkspaceDeps {
  readonly places: Places
  readonly cwd: string
  readonly protectedPaths: ProtectedPaths
  /** Whether every layer lets a real path be written. */
  mayWrite(realPath: string): boolean
}

/**
 * The commands of a script that write nothing but files inside the workspace, as far as all their words are known: not the workspace itself, nothing
 * that is protected or holds a repository, and no pattern that matches such a thing. Whether that is so when they run, the sandbox holds.
 */
export async function insideWorkspace(
  reading: ScriptReading,
  deps: WorkspaceDeps,
): Promise<ReadonlySet<SimpleCommand>> {
  const found = new Set<SimpleCommand>()
  if (reading.unsure.length > 0 || reading.movesUnseen) return found
  for (const { command, pathsOf } of filesOfWords(reading, deps)) {
    const names = writtenNames(command)
    if (names === undefined || names.length === 0) continue
    const paths = names.flatMap((name) => pathsOf(name).map((each) => ({ path: each, isPattern: isPattern(name) })))
    const answers = await Promise.all(
      paths.map(({ path: each, isPattern }) => (isPattern ? areAllInside(each, deps) : isInside(each, deps))),
    )
    if (answers.every((answer) => answer)) found.add(command)
  }
  return found
}

const tellingKinds: readonly OptionKind[] = optionKinds.filter((kind) => kind !== 'plain' && kind !== 'inert')

/** Undefined where the command may write more than its operands, or one of them is not known. */
function writtenNames({ words }: SimpleCommand): readonly string[] | undefined {
  const spec = specOf(words[0]?.value)
  const isPlain = spec?.operands?.length === 1 && spec.operands[0] === 'writes' && spec.effect === undefined
  if (spec === undefined || !isPlain || tellingKinds.some((kind) => spec.options?.[kind] !== undefined))
    return undefined
  const { operands, open } = readArguments(words.slice(1), spec)
  const names = operands.flatMap((word) => nameOf(word) ?? [])
  const isKnown = names.length === operands.length && (open === undefined || operands.includes(open))
  return isKnown ? names : undefined
}

/** Patterns are known in their last part alone, and where they stand without quotes. */
function nameOf({ value, text }: ShellWord): string | undefined {
  if (value === undefined) return /^(?:[\w.@+-]*\/)*[\w.@+*?-]+$/.test(text) ? text : undefined
  return value.startsWith('~') || /[*?[\0]/.test(value) || value === '' ? undefined : value
}

function isPattern(name: string): boolean {
  return /[*?]/.test(name)
}

async function isInside(file: string, deps: WorkspaceDeps): Promise<boolean> {
  const real = await realPathAtUse(file)
  const subject = subjectPath(real)
  const root = subjectPath(deps.places.workspaceRoot)
  const { protectedPaths } = deps
  if (subject === root || !isAtOrBelow(subject, root)) return false
  if (
    subject
      .slice(root.length)
      .split('/')
      .some((part) => part.toLowerCase() === '.git')
  )
    return false
  const rule =
    protectedPaths.floor(subject, 'delete') ?? protectedPaths.secret(subject) ?? protectedPaths.writeProtected(subject)
  if (rule !== undefined || !deps.mayWrite(subject)) return false
  const held = await Promise.all(steering.map((name) => exists(path.join(real, name))))
  return !held.includes(true)
}

/** What a directory of the workspace may hold that makes it more than files. */
const steering = ['.git', '.codex', '.agents'] as const

/** Of a pattern: what it matches now, which must not be all that the workspace holds. */
async function areAllInside(pattern: string, deps: WorkspaceDeps): Promise<boolean> {
  const directory = path.dirname(pattern)
  const names = await readdir(directory).catch(() => [])
  const last = path.basename(pattern)
  const matches = new RegExp(
    `^${last
      .replace(/[.+@-]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  )
  const shown = names.filter((name) => last.startsWith('.') || !name.startsWith('.'))
  const matched = shown.filter((name) => matches.test(name))
  const isRoot = subjectPath(await realPathAtUse(directory)) === subjectPath(deps.places.workspaceRoot)
  if (isRoot ? matched.length === shown.length : !(await isInside(directory, deps))) return false
  if (matched.length > mostMatches) return false
  const answers = await Promise.all(matched.map((name) => isInside(path.join(directory, name), deps)))
  return !answers.includes(false)
}

const mostMatches = 200

async function exists(file: string): Promise<boolean> {
  return lstat(file).then(
    () => true,
    () => false,
  )
}
