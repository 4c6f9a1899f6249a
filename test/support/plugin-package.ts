import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const requireHere = createRequire(import.meta.url)

/** npm's main file, as the plugin manager pins it. */
export const npmFile = join(dirname(requireHere.resolve('npm/package.json')), 'bin', 'npm-cli.js')

/** Contents of the files of a package, by path. package.json is given as a value. */
export interface PackageFiles {
  readonly packageJson: object
  readonly files?: Readonly<Record<string, string>>
}

/** Writes the folder of a package. */
export async function writePackage(folder: string, { packageJson, files = {} }: PackageFiles): Promise<string> {
  const all = { 'package.json': JSON.stringify(packageJson, undefined, 2), ...files }
  for (const [name, content] of Object.entries(all)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), content)
  }
  return folder
}

/** Packs a folder into a tarball in `destination`, as `npm pack` does, and gives its path. */
export async function packFolder(folder: string, destination: string): Promise<string> {
  await mkdir(destination, { recursive: true })
  const env = { PATH: process.env.PATH, HOME: destination, npm_config_cache: join(destination, 'npm-cache') }
  const args = ['pack', folder, '--json', '--ignore-scripts', `--pack-destination=${destination}`]
  const { stdout } = await run(process.execPath, [npmFile, ...args], { cwd: destination, env })
  const [packed]: readonly { readonly filename: string }[] = JSON.parse(stdout) // npm's answer
  return join(destination, packed?.filename ?? '')
}

/** A plugin with one tool, whose answer is `says`; `more` is added to what it contributes. */
export function toolPlugin(
  name: string,
  version: string,
  options: {
    readonly says?: string
    readonly effects?: readonly string[]
    readonly contributes?: object
    readonly packageJson?: object
    readonly files?: Readonly<Record<string, string>>
  } = {},
): PackageFiles {
  const { says = 'hello', effects = [], contributes = {}, packageJson = {}, files = {} } = options
  const id = name.replace(/^.*\//, '').replaceAll('-', '_')
  const tools = [{ id, module: './tool.js', effects }]
  return {
    packageJson: {
      name,
      version,
      type: 'module',
      codex: { apiVersion: 1, contributes: { tools, ...contributes } },
      ...packageJson,
    },
    files: {
      'tool.js': `import { defineTool, z } from 'codex-kernel/plugin-api'
export const tool = defineTool({
  name: '${id}', description: 'Says something.', input: z.strictObject({}), effects: ${JSON.stringify(effects)}, parallel: true,
  async run() { return { text: ${JSON.stringify(says)} } },
})
`,
      ...files,
    },
  }
}
