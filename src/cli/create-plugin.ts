import { lstat, mkdir, mkdtemp, readdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises'
import { isBuiltin } from 'node:module'
import { basename, dirname, join, relative, sep } from 'node:path'
import { CodexError } from '../plugin-api/errors.ts'
import type { ExtensionEntry } from '../plugin-api/kernel-client.ts'

/** The longest name that npm takes. */
const maxNameLength = 214
/** Inside the folder that is written aside, which only its owner may read. */
const copyName = 'plugin'
const namePattern = /^(?:@[a-z0-9][a-z0-9._-]*\/)?[a-z][a-z0-9._-]*$/
const nameHint =
  'Use lower-case letters, digits, -, . and _, starting with a letter; a scope may stand before it: @acme/agent-db.'

export interface NewPlugin {
  /** Package name, with its scope if there is one. */
  readonly name: string
  /** Absolute path of the folder to make. */
  readonly directory: string
}

interface ProgramPlace {
  readonly packageRoot: string
  readonly version: string
}

/** What the words of the template stand for. */
type Replacements = Readonly<Record<`__${string}__`, string>>

/** The folder that a plugin of this name is written to: the name without its scope. @throws CodexError `usage.arguments` */
export function pluginFolder(name: string): string {
  const problem = nameProblem(name)
  if (problem) {
    throw new CodexError('usage.arguments', `"${name}" cannot be the name of a plugin: ${problem}`, { hint: nameHint })
  }
  return name.slice(name.indexOf('/') + 1)
}

/**
 * Writes the plugin of `templates/plugin` under a new name: all of it or nothing, and never into a folder that exists.
 *
 * @param taken what the program has already: an id of a tool, an agent or a command that is taken is an error
 * @throws CodexError `usage.arguments`, `plugin.unwritable`
 */
export async function createPlugin(
  plugin: NewPlugin,
  program: ProgramPlace,
  taken: readonly ExtensionEntry[],
): Promise<{ readonly files: readonly string[] }> {
  const replacements = await replacementsFor(plugin, program)
  assertFree(replacements, taken)
  const above = dirname(plugin.directory)
  const template = join(program.packageRoot, 'templates', 'plugin')
  let aside: string | undefined
  try {
    await assertNotThere(plugin.directory)
    await mkdir(above, { recursive: true })
    aside = await mkdtemp(join(above, '.codex-plugin-'))
    const files = await writeCopy(template, aside, replacements)
    await assertNotThere(plugin.directory)
    await rename(join(aside, copyName), plugin.directory)
    return { files }
  } catch (error) {
    if (error instanceof CodexError) throw error
    const { code, message } = error as NodeJS.ErrnoException // of node:fs
    throw new CodexError('plugin.unwritable', `${plugin.directory} cannot be written (${code ?? message})`, {
      hint: `Make ${above} a directory that you can write to, or choose another one with --dir.`,
      cause: error,
    })
  } finally {
    if (aside !== undefined) await rm(aside, { recursive: true, force: true })
  }
}

function nameProblem(name: string): string | undefined {
  const folder = name.slice(name.indexOf('/') + 1)
  if (name.length > maxNameLength) return `it has more than ${maxNameLength} characters`
  if (!namePattern.test(name)) return 'npm would not take it, or its ids could not be made from it'
  if (isBuiltin(name) || folder === 'node_modules' || name === 'codex-kernel') return 'it is the name of something else'
  return undefined
}

async function replacementsFor({ name }: NewPlugin, program: ProgramPlace): Promise<Replacements> {
  const id = pluginFolder(name)
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/-$/, '')
  const root = await realpath(program.packageRoot)
  const isInstalled = root.split(sep).includes('node_modules')
  return {
    __NAME__: name,
    __ID__: id,
    __TOOL__: id.replaceAll('-', '_'),
    __TITLE__: id.replaceAll(/(?:^|-)([a-z0-9])/g, (_, letter: string) => ` ${letter.toUpperCase()}`).trim(),
    __KERNEL__: isInstalled ? `^${program.version}` : `file:${root}`,
    __KERNEL_NOTE__: isInstalled
      ? 'The types and the testing aid come from the devDependency codex-kernel; the program brings its own copy when it runs the plugin.'
      : `The types and the testing aid come from the devDependency codex-kernel. It is the checkout that made this plugin, \`${root}\`: put a version there before others work on it. npm may warn of its \`prepare\` script; nothing here needs it.`,
  }
}

function assertFree(replacements: Replacements, taken: readonly ExtensionEntry[]): void {
  const { __ID__: id, __TOOL__: tool } = replacements
  const points = new Set(['tools', 'agent', 'command', 'handlers'])
  const other = taken.find((entry) => points.has(entry.point) && (entry.id === id || entry.id === tool))
  if (!other) return
  const what = `${other.point.replace(/s$/, '')} of ${other.plugin}`
  throw new CodexError('usage.arguments', `"${other.id}" is the id of a ${what} already, which the plugin would hide`, {
    hint: 'Choose another name; the ids in its files can be changed later.',
  })
}

async function assertNotThere(directory: string): Promise<void> {
  const there = await lstat(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (!there) return
  throw new CodexError('usage.arguments', `${directory} exists already`, {
    hint: 'Choose another name, or another folder with --dir.',
  })
}

/** @returns the paths of the files, relative to the plugin, sorted */
async function writeCopy(template: string, aside: string, replacements: Replacements): Promise<readonly string[]> {
  const inJson = (value: string) => JSON.stringify(value).slice(1, -1)
  const replace = (text: string, write = (value: string) => value) =>
    Object.entries(replacements).reduce((changed, [word, value]) => changed.replaceAll(word, () => write(value)), text)
  const entries = await readdir(template, { recursive: true, withFileTypes: true })
  const written: string[] = []
  for (const entry of entries.filter((each) => each.isFile())) {
    const source = join(entry.parentPath, entry.name)
    // npm does not pack a file of that name.
    const name = entry.name === 'gitignore' ? '.gitignore' : replace(entry.name)
    const path = join(relative(template, entry.parentPath), name)
    const file = join(aside, copyName, path)
    await mkdir(dirname(file), { recursive: true })
    const text = await readFile(source, 'utf8')
    await writeFile(file, entry.name.endsWith('.json') ? replace(text, inJson) : replace(text), { flag: 'wx' })
    written.push(path)
  }
  return written.toSorted()
}

/** What to do next, for people. */
export function nextSteps(plugin: NewPlugin, cwd: string): string {
  const folder = relative(cwd, plugin.directory) || basename(plugin.directory)
  return `Wrote ${plugin.directory}. Next:

  cd ${folder}
  npm install
  npm test
  npm run build
  codex plugins link .`
}
