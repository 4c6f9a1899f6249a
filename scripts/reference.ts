/** Writes `docs/reference/`: pages and JSON Schemas made from the sources (npm run reference). */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { referenceFiles } from './reference/reference-files.ts'

const directory = join(dirname(dirname(fileURLToPath(import.meta.url))), 'docs', 'reference')

rmSync(directory, { recursive: true, force: true })
mkdirSync(directory, { recursive: true })
for (const [name, text] of await referenceFiles()) writeFileSync(join(directory, name), text)
