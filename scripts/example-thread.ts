/** Writes `docs/examples/threads/`: a thread that really ran, exported (npm run example-thread). */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { exampleThread } from './example-thread/example-thread.ts'

const directory = join(dirname(dirname(fileURLToPath(import.meta.url))), 'docs', 'examples', 'threads')
mkdirSync(directory, { recursive: true })
for (const [name, text] of await exampleThread()) writeFileSync(join(directory, name), text)
