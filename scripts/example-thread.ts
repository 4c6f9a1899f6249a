/** Writes `docs/examples/recordings/` and, from it, `docs/examples/threads/`: a thread that really ran, recorded and exported (npm run example-thread). */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { exampleThread } from './example-thread/example-thread.ts'
import { recordExample } from './example-thread/record-example.ts'

const examples = join(dirname(dirname(fileURLToPath(import.meta.url))), 'docs', 'examples')
for (const name of ['recordings', 'threads']) mkdirSync(join(examples, name), { recursive: true })
writeFileSync(join(examples, 'recordings', 'mend-a-test.jsonl'), await recordExample())
for (const [name, text] of await exampleThread()) writeFileSync(join(examples, 'threads', name), text)
