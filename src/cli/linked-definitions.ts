import { basename } from 'node:path'
import { readConfigText } from '../config/file-layer.ts'
import { findLinkedFiles } from '../definitions/find-linked-files.ts'

/** These are told of by themselves. */
const toldElsewhere: readonly string[] = ['config.toml', 'hooks.json']

/** Files that a link puts into a workspace's `.codex` or `.agents` from elsewhere, and that are text: others are no definitions. */
export async function linkedDefinitions(
  root: string,
): Promise<readonly { readonly file: string; readonly text: string }[]> {
  const files = (await findLinkedFiles(root)).filter((file) => !toldElsewhere.includes(basename(file)))
  const read = files.map(async (file) => {
    const text = await readConfigText(file).catch(() => undefined)
    return text === undefined ? [] : [{ file, text }]
  })
  return (await Promise.all(read)).flat()
}
