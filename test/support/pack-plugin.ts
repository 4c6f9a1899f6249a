import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const npm = join(createRequire(import.meta.url).resolve('npm/package.json'), '..', 'bin', 'npm-cli.js')

/** Packs a folder as its author would before publishing it, into `directory`, and gives the path of the tarball. */
export async function packPlugin(folder: string, directory: string): Promise<string> {
  const argv = [npm, 'pack', '--json', '--ignore-scripts', '--pack-destination', directory, folder]
  const { stdout } = await run(process.execPath, argv, { cwd: directory })
  const packed: readonly { readonly filename: string }[] = JSON.parse(stdout) // one for the folder
  const [first] = packed
  if (!first) throw new Error(`npm packed nothing: ${stdout}`)
  return join(directory, first.filename)
}
