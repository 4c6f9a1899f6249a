import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { copyFile, link, mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import type { BuiltinKind } from '../definitions/builtin-kinds.ts'
import { newDefinition } from '../definitions/new-definition.ts'
import { CodexError } from '../plugin-api/errors.ts'
import type { KernelClient } from '../plugin-api/kernel-client.ts'
import { copySchemas } from './copy-schemas.ts'

const folders = {
  command: 'commands',
  agent: 'agents',
  skill: 'skills',
  profile: 'profiles',
  policy: 'policies',
} as const

/**
 * Writes the first version of a definition file, never over an existing one, and the JSON Schemas that it names for editors.
 * @throws CodexError `usage.arguments`, `home.unwritable`
 */
export async function writeNewDefinition(
  kind: BuiltinKind,
  id: string,
  kernel: Pick<KernelClient, 'codexHome' | 'workspaceRoot' | 'config'> & Listed,
  { isProject, packageRoot }: { readonly isProject: boolean; readonly packageRoot: string },
) {
  const home = isProject ? join(kernel.workspaceRoot, '.codex') : kernel.codexHome
  const directory = (isProject ? undefined : await configuredDirectory(kind, kernel)) ?? join(home, folders[kind])
  const schema = relative(directory, join(home, 'schemas', `${kind}.schema.json`)).replaceAll(sep, '/')
  const { fileName, text } = newDefinition(kind, id, schema)
  const file = join(directory, fileName)
  await mkdir(dirname(file), { recursive: true }).catch((cause: NodeJS.ErrnoException) => {
    throw unwritable(file, cause)
  })
  const replaced = isProject && standBeside.includes(kind) ? undefined : await inForce(kind, id, kernel)
  await copySchemas(packageRoot, home)
  await writeOnce(file, text)
  const wrote = `Wrote ${file}. ${useOf(kind, id)}`
  if (replaced === undefined) return { text: wrote, data: { file } }
  if (kind === 'policy') {
    const text = `${wrote}\nIt is called user:${id} and stands beside ${replaced}, whose rules all stay: the strictest of both counts.`
    return { text, data: { file, standsBeside: replaced } }
  }
  const warning = `From now on it hides ${replaced}. Delete the file, or give it another id, to have that back; to change a copy: codex ${folders[kind]} show ${id}.`
  return { text: `${wrote}\n${warning}`, data: { file, replaces: replaced } }
}

/** What lists the kinds that hide one another. */
type Listed = Pick<KernelClient, 'agents' | 'commands' | 'profiles' | 'policies'>

/** Of these a repository's hides none: it narrows the one of its name, or stands beside it. */
const standBeside: readonly BuiltinKind[] = ['profile', 'policy']

/** The file that has the id now, which a new one of a higher layer hides or stands beside. */
async function inForce(kind: BuiltinKind, id: string, kernel: Listed): Promise<string | undefined> {
  if (kind === 'skill') return undefined
  const list = await {
    agent: kernel.agents,
    command: kernel.commands,
    profile: kernel.profiles,
    policy: kernel.policies,
  }[kind]()
  const found = list.find((each) => each.id === id && !(standBeside.includes(kind) && each.origin.layer === 'project'))
  return found && `${found.origin.layer === 'builtin' ? 'the built-in one, ' : ''}${found.origin.file}`
}

/** The directory that the configuration names instead of the one in CODEX_HOME. */
async function configuredDirectory(
  kind: BuiltinKind,
  kernel: Pick<KernelClient, 'config'>,
): Promise<string | undefined> {
  const key = { command: 'commands.user_commands_dir', agent: 'agents.user_agents_dir' }[String(kind)]
  const value = (await kernel.config()).find((entry) => entry.key === key)?.value
  return typeof value === 'string' ? value : undefined
}

/** The file appears whole, and only where there was none. @throws CodexError `usage.arguments`, `home.unwritable` */
export async function writeOnce(file: string, text: string): Promise<void> {
  const draft = join(dirname(file), `.${randomUUID()}.tmp`)
  try {
    await writeFile(draft, text, { flag: 'wx' })
    await link(draft, file).catch((error: NodeJS.ErrnoException) => {
      // Some file systems have no hard links.
      if (error.code === 'EEXIST') throw error
      return copyFile(draft, file, constants.COPYFILE_EXCL)
    })
  } catch (error) {
    const cause = error as NodeJS.ErrnoException // of node:fs alone
    if (cause.code !== 'EEXIST') throw unwritable(file, cause)
    throw new CodexError('usage.arguments', `${file} exists already`, {
      hint: 'Edit it, or choose another name.',
      cause,
    })
  } finally {
    await rm(draft, { force: true }).catch(() => undefined) // the directory may be none
  }
}

function useOf(kind: BuiltinKind, id: string): string {
  switch (kind) {
    case 'command':
      return `Use it: codex /${id}`
    case 'agent':
      return `Use it: codex agent ${id} "…"`
    case 'skill':
      return `Use it: codex "… $${id} …"`
    case 'profile':
      return `Use it: codex --profile ${id} "…"`
    case 'policy':
      return 'It holds from now on; try it: codex policy test "…"'
  }
}

function unwritable(file: string, cause: NodeJS.ErrnoException): CodexError {
  return new CodexError('home.unwritable', `${file} cannot be written (${cause.code ?? cause.message})`, {
    hint: `Make ${dirname(file)} a directory that you can write to.`,
    cause,
  })
}
