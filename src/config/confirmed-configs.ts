import { createHash } from 'node:crypto'
import { join, relative } from 'node:path'
import { isCodexError } from '../plugin-api/errors.ts'
import { editFile } from './edit-file.ts'
import { readConfigText } from './file-layer.ts'
import { isTable, type Table } from './table.ts'

/**
 * Whether a configuration file below the root of a trusted repository says what it said when the user confirmed it. No sandbox can keep a command from
 * making one: a directory may be renamed, and another put in its place. So what counts is the text, and it is kept where no command writes.
 */
export type IsConfirmed = (file: string, text: string) => boolean

/** Reads what the user confirmed of a workspace root, a real path. What cannot be read confirms nothing. */
export async function confirmedConfigs(codexHome: string, root: string): Promise<IsConfirmed> {
  const marks = tableOf(await kept(codexHome), root)
  return (file, text) => marks[relative(root, file)] === markOf(text)
}

/** Confirms these files as they are now, and no other of this root. @throws CodexError `home.unwritable`, `config.unreadable` */
export async function confirmConfigs(codexHome: string, root: string, files: readonly string[]): Promise<void> {
  const read = await Promise.all(
    files.map(async (file) => {
      const text = await readConfigText(file)
      return text === undefined ? [] : [[relative(root, file), markOf(text)] as const]
    }),
  )
  await keep(codexHome, root, Object.fromEntries(read.flat()))
}

/** Confirms nothing of this root any more. @throws CodexError `home.unwritable` */
export async function forgetConfigs(codexHome: string, root: string): Promise<void> {
  await keep(codexHome, root, {})
}

async function keep(codexHome: string, root: string, marks: Table): Promise<void> {
  await editFile(fileOf(codexHome), (text) => {
    const others = Object.entries(parsed(text)).filter(([key]) => key !== root)
    const all = Object.keys(marks).length === 0 ? others : [...others, [root, marks] as const]
    if (all.length === 0 && text === '') return text
    return `${JSON.stringify(Object.fromEntries(all), null, 2)}\n`
  })
}

async function kept(codexHome: string): Promise<Table> {
  try {
    return parsed((await readConfigText(fileOf(codexHome))) ?? '')
  } catch (error) {
    if (isCodexError(error)) return {}
    throw error
  }
}

/** What is no JSON object confirms nothing, and is written anew. */
function parsed(text: string): Table {
  try {
    const value: unknown = JSON.parse(text)
    return isTable(value) ? value : {}
  } catch {
    return {}
  }
}

function tableOf(all: Table, root: string): Table {
  const marks = Object.hasOwn(all, root) ? all[root] : undefined
  return isTable(marks) ? marks : {}
}

function fileOf(codexHome: string): string {
  return join(codexHome, 'confirmed-configs.json')
}

function markOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
