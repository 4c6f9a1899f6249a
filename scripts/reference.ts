/**
 * Writes `docs/reference/`: pages and JSON Schemas made from the sources (npm run reference). Takes over what the plugin
 * interface has gained, and fails where it has lost something.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { acceptInterface } from './plugin-api/accept-interface.ts'
import { referenceFiles } from './reference/reference-files.ts'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const directory = join(root, 'docs', 'reference')

rmSync(directory, { recursive: true, force: true })
mkdirSync(directory, { recursive: true })
for (const [name, text] of await referenceFiles()) writeFileSync(join(directory, name), text)

const broken = acceptInterface(root)
if (broken !== undefined) {
  process.stderr.write(`${broken}\n`)
  process.exitCode = 1
}
