import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { editFile } from './edit-file.ts'

/** Rewrites the user's configuration as `editFile` does, and gives the file's path. @throws as `editFile` */
export async function editConfig(
  codexHome: string,
  edit: (text: string, file: string) => Promise<string>,
): Promise<string> {
  const file = await userConfigFile(codexHome)
  await editFile(file, edit)
  return file
}

/** The file that changes of the user's configuration are written to: `$CODEX_HOME/kernel.toml` where that exists, else config.toml. */
export async function userConfigFile(codexHome: string): Promise<string> {
  const kernelFile = join(codexHome, 'kernel.toml')
  return (await isThere(kernelFile)) ? kernelFile : join(codexHome, 'config.toml')
}

async function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  )
}
