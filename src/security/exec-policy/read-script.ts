import type { Command, ParsedScript, Redirection, SyntaxNode } from 'unbash'
import { createEvaluatedVariables } from './evaluated-variables.ts'
import { hiddenEffect } from './hidden-effect.ts'
import type { ScriptReading, SimpleCommand } from './script-reading.ts'
import { assignmentWord, type ShellWord, shellWord } from './shell-word.ts'
import { type Unwrapped, unwrap } from './unwrap.ts'

export type { ScriptReading, SimpleCommand } from './script-reading.ts'

/** Deeper nesting of `bash -c` and the like is not followed: it counts as unknown. */
const maxDepth = 8

/**
 * Reads a shell script with a real parser and lists every simple command that it may run: in lists, pipes, loops, functions,
 * substitutions, here-documents, and behind wrappers such as `env`, `xargs` or `bash -c`. What cannot be known before it runs becomes a command
 * of unknown words, which only `*` covers and which every rule may be meant by.
 */
export async function readScript(script: string): Promise<ScriptReading> {
  const { forEachChild, parse } = await import('unbash')
  const commands: SimpleCommand[] = []
  const writes: string[] = []
  const reads: string[] = []
  const unsure: string[] = []
  const unknownFiles: string[] = []
  const variables = createEvaluatedVariables()
  let changesDirectory = false

  const addCommand = (words: readonly ShellWord[], transparent: boolean, files: CommandFiles = noFiles) => {
    const firstUnknown = words.findIndex((word) => word.value === undefined)
    const known = (firstUnknown === -1 ? words : words.slice(0, firstUnknown)).flatMap((word) => word.value ?? [])
    const hidden = hiddenEffect(words)
    const { reads, writes } = files
    commands.push({
      ...{ words, known, open: firstUnknown !== -1, transparent, reads, writes },
      ...(hidden === undefined ? {} : { hidden }),
    })
  }
  const addUnknown = (why: string) => {
    unsure.push(why)
    addCommand([{ value: undefined, text: why }], false)
  }

  const readText = (text: string, depth: number) => {
    if (depth > maxDepth) return addUnknown('commands nested too deeply to follow')
    if (text.includes('\0')) return addUnknown('a NUL byte')
    visit(parse(text), depth)
  }

  const visit = (node: SyntaxNode, depth: number) => {
    if (node.type === 'Script') noteErrors(node)
    if (node.type === 'CommandExpansion' || node.type === 'ProcessSubstitution') {
      if (node.script === undefined) addUnknown(`${node.text} cannot be read`)
    }
    variables.look(node)
    if (node.type === 'Redirect') noteRedirect(node)
    if (node.type === 'Command') readCommand(node, depth)
    forEachChild(node, (child) => visit(child, depth))
  }

  const noteErrors = (node: ParsedScript) => {
    for (const error of node.errors ?? []) addUnknown(`it does not parse: ${error.message}`)
  }
  const noteRedirect = (node: Redirection) => {
    const file = fileOf(node)
    if (file?.unknown !== undefined) unknownFiles.push(`the file ${file.unknown} is not known before it runs`)
    writes.push(...(file?.writes ?? []))
    reads.push(...(file?.reads ?? []))
  }

  const readCommand = (node: Command, depth: number) => {
    if (node.name === undefined) return
    const words = [
      shellWord(node.name),
      ...node.args.map((arg) => (arg.type === 'Word' ? shellWord(arg) : assignmentWord(arg))),
    ]
    readWords(words, node.redirects, depth)
  }

  const readWords = (words: readonly ShellWord[], redirects: readonly Redirection[], depth: number): void => {
    if (depth > maxDepth) {
      addUnknown('commands nested too deeply to follow')
      return
    }
    const inner = unwrap(words, standardInput(redirects))
    const files = redirects.flatMap((redirect) => fileOf(redirect) ?? [])
    addCommand(words, inner.transparent, {
      reads: files.flatMap((file) => file.reads),
      writes: [...files.flatMap((file) => file.writes), ...inner.writes],
    })
    apply(inner, depth)
  }

  const apply = (inner: Unwrapped, depth: number) => {
    if (inner.changesDirectory) changesDirectory = true
    writes.push(...inner.writes)
    unsure.push(...inner.unsure)
    variables.sets(inner.sets)
    variables.evaluates(inner.evaluates)
    for (const why of inner.unknown) addUnknown(why)
    for (const words of inner.possible) addCommand(words, true)
    for (const words of inner.commands) readWords(words, [], depth + 1)
    for (const text of inner.scripts) readText(text, depth + 1)
  }

  readText(script, 0)
  for (const { why, isCode } of variables.findings()) {
    if (isCode) addUnknown(why)
    else unsure.push(why)
  }
  return { commands, writes, reads, unsure, unknownFiles, changesDirectory }
}

/** Files of one command, as the script names them. */
interface CommandFiles {
  readonly reads: readonly string[]
  readonly writes: readonly string[]
}

const noFiles: CommandFiles = { reads: [], writes: [] }

/** The file that a redirection opens; nothing where it only duplicates a descriptor or brings a text. */
function fileOf(node: Redirection): (CommandFiles & { readonly unknown?: string }) | undefined {
  if (node.type !== 'Redirect' || node.target === undefined) return undefined
  const { value, text } = shellWord(node.target)
  const duplicates = node.operator === '<&' || (node.operator === '>&' && /^(?:\d+-?|-)$/.test(value ?? ''))
  if (duplicates) return undefined
  if (value === undefined) return { ...noFiles, unknown: text }
  return node.operator === '<' ? { reads: [value], writes: [] } : { reads: [], writes: [value] }
}

/** The text that a command gets on its standard input where the script itself holds it. */
function standardInput(redirects: readonly Redirection[]): string | undefined {
  const last = redirects.at(-1)
  if (last?.type === 'HereString') return last.target === undefined ? undefined : shellWord(last.target).value
  if (last?.type === 'HereDoc')
    return last.body.parts === undefined || last.delimiter?.quoted ? last.body.text : undefined
  return undefined
}
