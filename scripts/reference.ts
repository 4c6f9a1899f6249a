/**
 * Writes `docs/reference/`: pages and JSON Schemas made from the sources (npm run reference). Takes over what the plugin
 * interface has gained, and fails where it has lost something.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { resolvePluginApi } from '../src/kernel/resolve-plugin-api.ts'
import { acceptInterface } from './plugin-api/accept-interface.ts'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const directory = join(root, 'docs', 'reference')

// Schemas of plugins are among them.
resolvePluginApi(new URL('../src/plugin-api/index.ts', import.meta.url).href)
const { referenceFiles } = await import('./reference/reference-files.ts')

// All of it is made before anything of the old is gone.
const files = [...(await referenceFiles())]
rmSync(directory, { recursive: true, force: true })
mkdirSync(directory, { recursive: true })
for (const [name, text] of files) writeFileSync(join(directory, name), text)

const broken = acceptInterface(root)
if (broken !== undefined) {
  process.stderr.write(`${broken}\n`)
  process.exitCode = 1
}
