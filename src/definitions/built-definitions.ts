import { readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { readTextFile } from '../config/read-text.ts'
import type { DefinitionKind, ParsedDefinition } from '../plugin-api/index.ts'
import { builtinKinds } from './builtin-kinds.ts'
import { findFiles } from './find-files.ts'
import { parseFile } from './parse-file.ts'

/** Parsed files of this package, by kind and by path from its root; `text` is what was parsed. */
type BuiltDefinitions = Readonly<Record<string, Readonly<Record<string, BuiltFile>>>>

interface BuiltFile {
  readonly text: string
  readonly definitions: readonly ParsedDefinition<unknown>[]
}

/** What the build parsed of a file; undefined where it did not, or where the file holds another text by now. */
export type FindBuilt = (
  kind: string,
  file: string,
  bytes: Uint8Array,
) => Promise<readonly ParsedDefinition<unknown>[] | undefined>

const builtFile = (packageRoot: string) => join(packageRoot, 'dist', 'definitions.json')

/** Opens `dist/definitions.json`, which is read when it is first asked. Without it everything is parsed. */
export function openBuiltDefinitions(packageRoot: string): FindBuilt {
  let reading: Promise<BuiltDefinitions> | undefined
  return async (kind, file, bytes) => {
    reading ??= readFile(builtFile(packageRoot), 'utf8').then(JSON.parse, () => ({})) // written by parseBuiltinFiles
    const built = (await reading)[kind]?.[relative(packageRoot, file)]
    if (built === undefined) return undefined
    return Buffer.from(built.text).equals(bytes) ? built.definitions : undefined
  }
}

/**
 * What the build writes into `dist/definitions.json`: profiles and policies, which every thread needs and which no cache
 * outside of the package may answer for.
 *
 * @throws Error where a file has diagnostics
 */
export async function parseBuiltinFiles(packageRoot: string): Promise<BuiltDefinitions> {
  const folders = [
    { id: 'profile', folder: 'profiles' },
    { id: 'policy', folder: 'profiles/policies' },
  ] as const
  const kinds = folders.map(async ({ id, folder }) => {
    const kind: DefinitionKind<unknown> = await builtinKinds[id].open()
    const source = { layer: 'builtin', trusted: true, directory: join(packageRoot, folder), glob: '*.toml' } as const
    const files = (await findFiles(source)).files.map(async (file) => {
      const definitions = await parseFile(kind, file, { asJson: true })
      const problem = definitions.flatMap(({ diagnostics = [] }) => diagnostics)[0]
      if (problem) throw new Error(`${file}: ${problem.message}`)
      return [relative(packageRoot, file), { text: await readTextFile(file), definitions }] as const
    })
    return [id, Object.fromEntries(await Promise.all(files))] as const
  })
  return Object.fromEntries(await Promise.all(kinds))
}
