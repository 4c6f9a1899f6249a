import path from 'node:path'
import { isAtOrBelow } from '../permissions/path-pattern.ts'
import type { Places } from '../places.ts'
import { isDiskDevice, type ProtectedPaths } from '../protected-paths.ts'
import { programOf } from './files-of-words.ts'
import type { ScriptReading, SimpleCommand } from './read-script.ts'
import type { ShellWord } from './shell-word.ts'

/**
 * What no profile lifts, as far as the text of a script shows it: deleting the home directory or the root, overwriting disk devices,
 * sending a secret away. Gives the rule's text, or undefined. Without a sandbox this is best effort: a program can do all of it unseen.
 */
export function floorOfScript(reading: ScriptReading, where: Where): string | undefined {
  for (const command of reading.commands) {
    const found = deletesTooMuch(command, where) ?? overwritesDevice(command)
    if (found !== undefined) return found
  }
  return sendsSecret(reading, where)
}

interface Where {
  readonly places: Places
  readonly protectedPaths: ProtectedPaths
  readonly cwd: string
}

function deletesTooMuch(command: SimpleCommand, where: Where): string | undefined {
  const program = programOf(command)
  const args = command.words.slice(1)
  const isRecursiveRemoval = program === 'rm' && args.some((word) => /^-[a-zA-Z]*[rR]|^--r/.test(word.value ?? ''))
  const isFindRemoval = program === 'find' && args.some((word) => word.value === '-delete' || word.value === 'rm')
  const isOther = program === 'shred' || program === 'rmdir' || program === 'mv' || program === 'unlink'
  if (!isRecursiveRemoval && !isFindRemoval && !isOther) return undefined
  const operands = isFindRemoval ? upTo(args, (word) => (word.value ?? '').startsWith('-')) : args
  const target = operands.find((word) => isHomeOrAbove(word, where))
  return target === undefined ? undefined : `${program} of ${target.text}, the home or root directory`
}

/** `/`, `~`, `$HOME`, what holds them, and all that lies directly in them (`/*`). */
function isHomeOrAbove(word: ShellWord, where: Where): boolean {
  const written = word.value ?? word.text.replace(/["']/g, '')
  const home = written
    .replace(/^~(?=\/|$)/, where.places.homeDir)
    .replace(/^\$(?:HOME|\{HOME\})(?=\/|$)/, where.places.homeDir)
  if (home.startsWith('-') || home.includes('$') || home === '') return false
  const target = path.resolve(where.cwd, home.replace(/\/(?:\.?\*|\{,\.\}\*)$/, '/'))
  return isAtOrBelow(where.places.homeDir, target)
}

const deviceWriters =
  /^(?:dd|mkfs(?:\..+)?|mkswap|wipefs|shred|blkdiscard|fdisk|sfdisk|cfdisk|gdisk|sgdisk|parted|cp|mv|tee|hdparm|badblocks)$/

function overwritesDevice(command: SimpleCommand): string | undefined {
  const program = programOf(command)
  if (program === undefined || !deviceWriters.test(program)) return undefined
  const device = command.words.slice(1).find((word) => {
    const value = (word.value ?? word.text).replace(/^of=/, '')
    return value.startsWith('/dev/') && isDiskDevice(value)
  })
  return device === undefined ? undefined : `${program} on the device ${device.text}`
}

const senders =
  /^(?:curl|wget|nc|ncat|netcat|socat|telnet|ftp|sftp|scp|rsync|ssh|http|https|xh|aria2c|mail|sendmail|s-nail|rclone)$/
/** Options whose value is a key that proves who one is, and stays here. */
const credentialOptions = /^(?:-i|-F|-E|--key|--cert|--cacert|--capath|--netrc-file|--private-key|--certificate)$/

function sendsSecret(reading: ScriptReading, where: Where): string | undefined {
  const sender = reading.commands.map(programOf).find((program) => program !== undefined && senders.test(program))
  if (sender === undefined) return undefined
  const isSecret = (text: string) => {
    const file = text.replace(/^~(?=\/|$)/, where.places.homeDir).replace(/^(?:\/proc\/[^/]+\/root(?=\/))+/, '')
    return where.protectedPaths.secret(path.resolve(where.cwd, file)) !== undefined
  }
  const words = reading.commands.flatMap((command) => operandsOf(command))
  const found = [...words, ...reading.reads].flatMap(candidates).find(isSecret)
  return found === undefined ? undefined : `${sender} beside the secret ${found}`
}

function operandsOf(command: SimpleCommand): readonly string[] {
  return command.words.slice(1).flatMap((word, index) => {
    const before = command.words[index]?.value ?? ''
    return word.value === undefined || credentialOptions.test(before) ? [] : [word.value]
  })
}

/** `@file`, `name=@file`, `--upload-file=file` name a file too. */
function candidates(word: string): readonly string[] {
  const parts = [word, ...word.split(/[=@<]/).slice(1)]
  return parts.filter((part) => part !== '' && !/^[a-z]+:\/\//.test(part) && !part.includes('\0'))
}

function upTo<T>(items: readonly T[], isEnd: (item: T) => boolean): readonly T[] {
  const end = items.findIndex(isEnd)
  return end === -1 ? items : items.slice(0, end)
}
