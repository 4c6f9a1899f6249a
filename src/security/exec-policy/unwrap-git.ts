import { correctedNames } from './corrected-names.ts'
import { addScript, hide, type InsideCommand } from './inside-command.ts'
import { findSubcommand } from './programs/find-program.ts'
import { gitCommands, gitOptions, isGitCodeKey, isGitCommand } from './programs/git.ts'
import type { ProgramSpec } from './programs/program-spec.ts'
import { readArguments } from './programs/read-arguments.ts'
import { addFile, beOpaque, readBySpec, type Unwrapping } from './read-by-spec.ts'
import { literalWord, quotedWord, restOfWord, type ShellWord } from './shell-word.ts'

/** `git -C dir push` is also `git push`; with options that change nothing it is only that. What it is told to run is read. */
export function unwrapGit(deps: Unwrapping, words: readonly ShellWord[]): void {
  const { inside } = deps
  const [program, ...rest] = words
  const { options, operands, unlisted, open } = readArguments(rest, gitOptions)
  let corrects = deps.around.correctsNames
  for (const { name, kind, value } of options) {
    if (name === '-c') configure(inside, keyOf(value), settingOf(value))
    if (name === '--config-env') configure(inside, keyOf(value), undefined) // what a variable holds
    if (name === '-c' || name === '--config-env') corrects ||= canCorrect(keyOf(value))
    if (kind !== 'plain') hide(inside, `git ${name} changes what git runs or where`)
  }
  if (unlisted !== undefined) hide(inside, `git ${unlisted} is not known`)
  if (open !== undefined) hide(inside, `git ${open.text} is not known before it runs`)
  if (program === undefined || operands.length === 0) return
  if (operands.length < rest.length) {
    inside.transparent = inside.hidden === undefined
    inside.commands.push([program, ...operands])
    if (corrects) addCorrected(deps, operands)
    return
  }
  readCommand(deps, operands)
  if (corrects) addCorrected(deps, operands)
}

/** Whether a key of the configuration makes git go on with another name than the one that was typed, or may name a file that does. */
function canCorrect(key: string | undefined): boolean {
  return key === undefined || /^(?:help\.autocorrect|include(?:if)?\..*)$/i.test(key)
}

/** What git would take an unknown subcommand for. */
function addCorrected({ inside, around }: Unwrapping, [subcommand, ...words]: readonly ShellWord[]): void {
  const name = subcommand?.value
  const aliases = around.aliases ?? new Map<string, readonly string[]>()
  if (name === undefined || isGitCommand(name) || aliases.has(name.toLowerCase())) return
  for (const corrected of correctedNames(name, [...aliases.keys()])) {
    if (isGitCommand(corrected)) inside.possible.push([literalWord('git'), literalWord(corrected), ...words])
    inside.possibleScripts.push(...(aliases.get(corrected) ?? []).map((text) => aliasScript(text, words)))
  }
}

function readCommand(deps: Unwrapping, [subcommand, ...words]: readonly ShellWord[]): void {
  const { inside, around } = deps
  const name = subcommand?.value
  if (name === undefined) return
  const spec = findSubcommand(git, name)
  if (name === 'config') readConfig(inside, words, spec ?? {})
  else if (spec !== undefined) readBySpec({ ...deps, program: `git ${name}` }, words, spec)
  else if (!isGitCommand(name)) {
    beOpaque(inside, `git ${name} is an alias or a program of its own`)
    const texts = around.aliases?.get(name.toLowerCase()) ?? []
    inside.scripts.push(...texts.map((text) => aliasScript(text, words)))
    if (texts.length > 0) inside.changesDirectory = true // git starts it at the top of the working tree
  }
  if (name === 'for-each-repo') addForEachRepo(inside, words, spec ?? {})
  if (name === 'clone') addCloned(inside, readArguments(words, spec ?? {}).operands)
  if (name === 'clone' || name === 'submodule') readConfigured(inside, words, spec ?? {})
  for (const { value } of words) {
    const text = /^(?:--\w[\w-]*=)?ext::(.*)$/s.exec(value ?? '')?.[1]
    if (text === undefined) continue
    hide(inside, `git ${name} runs what ext:: names`)
    inside.scripts.push(text)
  }
}

const git: ProgramSpec = { subcommands: gitCommands }

/** `git for-each-repo --config=KEY push` is `git push` in each of them. */
function addForEachRepo(inside: InsideCommand, words: readonly ShellWord[], spec: ProgramSpec): void {
  const { operands } = readArguments(words, { ...spec, operands: ['command'] })
  if (operands.length > 0) inside.commands.push([literalWord('git'), ...operands])
}

/** The directory that git makes: the one that is named, or the last part of the address. */
function addCloned(inside: InsideCommand, [address, directory]: readonly ShellWord[]): void {
  if (directory !== undefined) addFile(inside, directory, 'writes', 'git clone')
  else if (address?.value !== undefined)
    inside.writes.push(address.value.replace(/(?:\/?\.git)?\/*$/, '').replace(/^.*[/:]/s, '') || '.')
}

/** `git clone -c key=value`. */
function readConfigured(inside: InsideCommand, words: readonly ShellWord[], spec: ProgramSpec): void {
  const withConfig = { ...spec, options: { ...spec.options, effect: '-c= --config=' } }
  for (const { kind, value } of readArguments(words, withConfig).options)
    if (kind === 'effect') configure(inside, keyOf(value), settingOf(value))
}

/** `git config key value`, in its older form and in that with subcommands. */
function readConfig(inside: InsideCommand, words: readonly ShellWord[], spec: ProgramSpec): void {
  const { options, operands, open } = readArguments(words, spec)
  const named = options.find(({ kind }) => kind === 'code' || kind === 'effect')
  if (named !== undefined) beOpaque(inside, `git config ${named.name} changes configuration that is not seen here`)
  if (options.some(({ kind }) => kind === 'inert')) return
  const isNew = /^(?:set|get|list|unset|edit|rename-section|remove-section)$/.test(operands[0]?.value ?? '')
  const [key, value] = isNew ? operands.slice(1) : operands
  if (isNew && operands[0]?.value === 'edit') beOpaque(inside, 'git config edit starts an editor')
  if (isNew && operands[0]?.value !== 'set') return
  if (open !== undefined || (key !== undefined && key.value === undefined))
    hide(inside, 'git config sets what is not known before it runs')
  if (key?.value !== undefined && value !== undefined) configure(inside, key.value, value)
}

/** A value of the configuration: where git runs it, it is read as the text of a command that gets words. */
function configure(inside: InsideCommand, key: string | undefined, value: ShellWord | undefined): void {
  if (key === undefined) hide(inside, 'git is given configuration that is not known before it runs')
  if (key === undefined || !isGitCodeKey(key)) return
  const text = value?.value
  if (text !== undefined && /^(?:true|false|yes|no|on|off|\d*)$/i.test(text)) return
  hide(inside, `${key} changes what git runs`)
  if (/^(?:http|url|protocol|transfer|maintenance|extensions)\./i.test(key)) return
  if (text === undefined) addScript(inside, [undefined], key)
  else if (/^alias\./i.test(key)) inside.scripts.push(aliasScript(text))
  else inside.scripts.push(`${text.replace(/^!/, '')} "$@"`)
}

/** What git runs for an alias: a subcommand with words before those that are given, or behind `!` a command of the shell. */
function aliasScript(text: string, words?: readonly ShellWord[]): string {
  const given = words === undefined ? '"$@"' : words.map(quotedWord).join(' ')
  return text.startsWith('!') ? `${text.slice(1)} ${given}` : `git ${text} ${given}`
}

function keyOf(word: ShellWord | undefined): string | undefined {
  const start = word?.start ?? ''
  const at = start.indexOf('=')
  return at === -1 ? word?.value : start.slice(0, at)
}

function settingOf(word: ShellWord | undefined): ShellWord | undefined {
  const at = word?.start.indexOf('=') ?? -1
  return word === undefined || at === -1 ? undefined : restOfWord(word, at + 1)
}
