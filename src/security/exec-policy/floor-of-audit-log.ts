import { realpathSync } from 'node:fs'
import path from 'node:path'
import { auditDirNames } from '../audit/audit-place.ts'
import type { Places } from '../places.ts'
import { type FilesOfWords, programOf } from './files-of-words.ts'
import { globCovers } from './glob-covers.ts'

/** Programs that read, or only name, what their words name; each unless its words say that it writes. */
const readers =
  /^(?::|true|echo|printf|test|\[|cd|pushd|ls|exa|eza|tree|stat|file|du|df|basename|dirname|realpath|readlink|cat|tac|bat|batcat|less|more|head|tail|nl|wc|grep|egrep|fgrep|zgrep|rg|ag|jq|gron|awk|gawk|mawk|sed|cut|sort|uniq|tr|column|paste|join|comm|diff|cmp|od|xxd|hexdump|strings|base64|zcat|md5sum|sha\d+sum|b2sum|cksum|sum|shasum|cp|scp|rsync|install|find|fd|lsattr|getfacl|namei|codex)$/

/** Of these, what change files by some of their options, or that write the last one. */
const sometimesChanges = /^(?:g?awk|mawk|find|rsync)$/
const copiers = /^(?:cp|scp|rsync|install)$/

/**
 * Why a command may not run that would change, remove or move the audit log, or a directory that holds it, as far as its words tell;
 * undefined where none would. A program that is not known to read counts as one that writes.
 */
export function floorOfAuditLog(commands: readonly FilesOfWords[], places: Places): string | undefined {
  const directories = Object.values(auditDirNames).map((name) => `${places.codexHome}/${name}`)
  const found = commands.find((files) => {
    const meetings = (word: string) =>
      files.pathsOf(word).flatMap((file) => directories.map((directory) => meets(realBase(file), directory)))
    return wordsToLookAt(files).some((word) => meetings(word).some((meeting) => changes(files, word, meeting)))
  })
  return found && `${programOf(found.command)} on the audit log, or on what holds it`
}

/** None of a program that reads alone, and of one that only starts another, which has a place of its own in the list. */
function wordsToLookAt({ command, words, writes }: FilesOfWords): readonly string[] {
  const program = programOf(command)
  if (program === undefined || command.transparent) return []
  const readsAlone = readers.test(program) && !sometimesChanges.test(program)
  if (readsAlone && writes.length === 0 && command.hidden === undefined) return []
  return [...writes, ...words.flatMap((word) => [word, ...word.split('=').slice(1)])]
}

type Meeting = 'inside' | 'above' | undefined

function changes(files: FilesOfWords, word: string, meeting: Meeting): boolean {
  const { command, words } = files
  const program = programOf(command)
  if (meeting === undefined || program === undefined) return false
  if (program === 'find') return words.some((each) => /^(?:-delete|rm|mv|unlink|shred|truncate)$/.test(each))
  if (meeting === 'inside') {
    const removesSource = words.some((each) => each === '--remove-source-files' || each === 'inplace')
    return isWritten(files, word) || removesSource || !readers.test(program)
  }
  if (program === 'rm') return words.some((each) => /^-[a-zA-Z]*[rR]|^--recursive/.test(each))
  const isTarget = words.at(-1) === word && !words.some((each) => /^(?:-t|--target-directory)/.test(each))
  if (program === 'mv') return !isTarget
  return program === 'rsync' && isTarget && words.some((each) => each.startsWith('--del'))
}

/** A word with a glob stands in no list; where not all that is written is known, it may be that. */
function isWritten({ command, words, reads, writes }: FilesOfWords, word: string): boolean {
  if (writes.includes(word)) return true
  const isKnown = reads.includes(word) || !/[*?[{]/.test(word)
  return !isKnown && command.hidden !== undefined && (!copiers.test(programOf(command) ?? '') || words.at(-1) === word)
}

/** How a path, in which names may be globs, lies to a directory. */
function meets(file: string, directory: string): Meeting {
  const parts = partsOf(file)
  const target = partsOf(directory)
  const isAlong = target.every((name, index) => parts[index] === undefined || globCovers(parts[index], name))
  if (!isAlong) return undefined
  return parts.length >= target.length ? 'inside' : 'above'
}

/** The path with its leading part, up to the first glob, as it is really called. */
function realBase(file: string): string {
  const parts = file.split('/')
  const firstGlob = parts.findIndex((part) => /[*?[{]/.test(part))
  const base = (firstGlob === -1 ? parts : parts.slice(0, firstGlob)).join('/') || '/'
  const rest = firstGlob === -1 ? [] : parts.slice(firstGlob)
  return [realPathOf(base), ...rest].join('/')
}

function realPathOf(file: string): string {
  try {
    return realpathSync.native(file)
  } catch {
    const parent = path.dirname(file)
    return parent === file ? file : path.join(realPathOf(parent), path.basename(file))
  }
}

function partsOf(file: string): readonly string[] {
  return file
    .toLowerCase()
    .split(/[\\/]+/)
    .filter((part) => part !== '')
}
