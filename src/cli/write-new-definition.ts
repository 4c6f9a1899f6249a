import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { newDefinition } from '../definitions/new-definition.ts'
import { CodexError } from '../plugin-api/errors.ts'
import type { KernelClient } from '../plugin-api/kernel-client.ts'

/** Writes the first version of a command or agent file, and never over an existing one. @throws CodexError `usage.arguments`, `home.unwritable` */
export async function writeNewDefinition(
  kind: 'command' | 'agent',
  id: string,
  kernel: Pick<KernelClient, 'codexHome' | 'workspaceRoot'>,
  isProject: boolean,
) {
  const { fileName, text } = newDefinition(kind, id)
  const home = isProject ? join(kernel.workspaceRoot, '.codex') : kernel.codexHome
  const file = join(home, `${kind}s`, fileName)
  await mkdir(dirname(file), { recursive: true }).catch((cause: NodeJS.ErrnoException) => {
    throw unwritable(file, cause)
  })
  await writeFile(file, text, { flag: 'wx' }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'EEXIST') throw unwritable(file, cause)
    throw new CodexError('usage.arguments', `${file} exists already`, {
      hint: 'Edit it, or choose another name.',
      cause,
    })
  })
  const use = kind === 'command' ? `codex /${id}` : `codex agent ${id} "…"`
  return { text: `Wrote ${file}. Use it: ${use}`, data: { file } }
}

function unwritable(file: string, cause: NodeJS.ErrnoException): CodexError {
  return new CodexError('home.unwritable', `${file} cannot be written (${cause.code ?? cause.message})`, {
    hint: `Make ${dirname(file)} a directory that you can write to.`,
    cause,
  })
}
