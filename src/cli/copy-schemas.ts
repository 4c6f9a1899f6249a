import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { editFile } from '../config/edit-file.ts'

/**
 * Puts the JSON Schemas of this version into `schemas` below a home or a repository's `.codex`, for editors, and gives their files. Those that are the same already
 * are not written (docs/decisions/schemas-beside-the-files.md). @throws CodexError `home.unwritable`
 */
export async function copySchemas(packageRoot: string, home: string): Promise<readonly string[]> {
  const source = join(packageRoot, 'docs', 'reference')
  const names = (await readdir(source)).filter((name) => name.endsWith('.schema.json'))
  return await Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(source, name), 'utf8')
      const file = join(home, 'schemas', name)
      await editFile(file, () => text, false)
      return file
    }),
  )
}
