import path from 'node:path'
import { commonDirectory, namedDirectory } from '../sandbox-policy/git-control-paths.ts'
import { readPointerFile } from '../sandbox-policy/read-pointer-file.ts'

/**
 * What names of aliases stand for, in lower case: every text that a configuration gives, since which one counts is git's to say. What it says about names
 * that were mistyped stands under `help.autocorrect`.
 */
export type GitAliases = ReadonlyMap<string, readonly string[]>

/** What the configuration of the repository, of the user and of the machine has. */
export async function gitAliases({
  cwd,
  homeDir,
}: {
  readonly cwd: string
  readonly homeDir: string
}): Promise<GitAliases> {
  const own = [path.join(homeDir, '.gitconfig'), path.join(homeDir, '.config/git/config'), '/etc/gitconfig']
  const found = new Map<string, readonly string[]>()
  for (const file of [...(await repositoryConfigs(cwd)), ...own])
    for (const [name, text] of aliasesIn(readPointerFile(file) ?? ''))
      found.set(name, [...(found.get(name) ?? []), text])
  return found
}

/** The configuration files of the repository that a directory lies in. */
async function repositoryConfigs(cwd: string): Promise<readonly string[]> {
  for (let directory = path.resolve(cwd); ; directory = path.dirname(directory)) {
    const entry = path.join(directory, '.git')
    const named = readPointerFile(entry) === undefined ? entry : await namedDirectory(entry).catch(() => undefined)
    const common = named === undefined ? undefined : await commonDirectory(named).catch(() => undefined)
    const files = [named, common].flatMap((each) =>
      each === undefined ? [] : [path.join(each, 'config'), path.join(each, 'config.worktree')],
    )
    if (files.some((file) => readPointerFile(file) !== undefined)) return files
    if (path.dirname(directory) === directory) return []
  }
}

/** Whether git may go on with another name than the one that was typed (git-config(1), `help.autocorrect`). */
export function correctsNames(aliases: GitAliases | undefined): boolean {
  return aliases?.has(correctingKey) === true
}

const correctingKey = 'help.autocorrect'

/** Of a file in the syntax of git-config(1): `[alias] name = text` and `[alias "name"] command = text`. */
export function aliasesIn(config: string): readonly (readonly [name: string, text: string])[] {
  const found: (readonly [string, string])[] = []
  let section: { readonly name?: string } | undefined
  let isHelp = false
  for (const line of config.replace(/\\\r?\n/g, '').split('\n')) {
    const header = /^\s*\[\s*([\w.-]+)\s*(?:"((?:[^"\\]|\\.)*)")?\s*\]/.exec(line)
    if (header !== null) {
      const [, name = '', sub] = header
      section = name.toLowerCase() === 'alias' ? (sub === undefined ? {} : { name: sub.toLowerCase() }) : undefined
      isHelp = name.toLowerCase() === 'help' && sub === undefined
    }
    const [, key, text] = /^\s*([A-Za-z][\w-]*)\s*(?:=\s*(.*))?$/.exec(line.slice(header?.[0].length ?? 0)) ?? []
    if (isHelp && key?.toLowerCase() === 'autocorrect') found.push([correctingKey, plainValue(text ?? '')])
    if (section === undefined || key === undefined || text === undefined) continue
    const name = section.name === undefined ? key.toLowerCase() : section.name
    if (section.name === undefined || key.toLowerCase() === 'command') found.push([name, plainValue(text)])
  }
  return found
}

/** Quotes and escapes off, up to a comment. */
function plainValue(text: string): string {
  let value = ''
  let isQuoted = false
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at] ?? ''
    if (letter === '"') isQuoted = !isQuoted
    else if (letter === '\\') {
      at += 1
      const escaped = text[at] ?? ''
      value += escaped === 'n' ? '\n' : escaped === 't' ? '\t' : escaped
    } else if (!isQuoted && /[#;]/.test(letter)) break
    else value += letter
  }
  return value.trimEnd()
}
