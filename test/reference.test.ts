import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { hiddenEvents } from '../scripts/reference/event-page.ts'
import { referenceFiles } from '../scripts/reference/reference-files.ts'
import { rolloutTable } from '../scripts/reference/rollout-table.ts'
import { fieldsOf, type JsonSchema } from '../scripts/reference/schema-page.ts'
import { renderJsonLines } from '../src/output/index.ts'
import { errorTable, jsonEventSchema, type ThreadEvent } from '../src/plugin-api/index.ts'
import { rolloutPayloads } from '../src/thread/rollout-lines.ts'
import { sampleEvents } from './support/sample-events.ts'

const directory = 'docs/reference'
const files = await referenceFiles()
const events: readonly ThreadEvent[] = Object.values(sampleEvents)

/** Sources without their tests, by path. */
const sources = new Map(
  globSync(['src/**/*.ts', 'plugins/*/src/**/*.ts', 'bin/*.js'])
    .filter((path) => !path.endsWith('.test.ts'))
    .map((path) => [path, readFileSync(path, 'utf8')]),
)

test('the committed reference is what the sources say (npm run reference)', () => {
  expect(readdirSync(directory).sort()).toEqual([...files.keys()].sort())
  for (const [name, text] of files) expect(readFileSync(join(directory, name), 'utf8'), name).toBe(text)
})

test.each([...files].filter(([name]) => name.endsWith('.schema.json')))(
  'every field in %s has a meaning',
  (_, text) => {
    const schema: JsonSchema = JSON.parse(text) // written by referenceFiles
    // What tells a member of a union from the others needs no words.
    const fields = fieldsOf(schema).filter(({ path }) => !/\)\.(?:type|kind)$/.test(path))
    expect(fields.length).toBeGreaterThan(1)
    expect(fields.filter(({ meaning }) => meaning === '').map(({ path }) => path)).toEqual([])
  },
)

test('every error code of the table is used', () => {
  const texts = [...sources].filter(([path]) => path !== 'src/plugin-api/errors.ts').map(([, text]) => text)
  const unused = Object.keys(errorTable).filter((code) => !texts.some((text) => text.includes(`'${code}'`)))
  expect(unused).toEqual([])
})

test('every error code that is thrown is in the table, or starts with the id of its plugin', () => {
  const thrown = [...sources].flatMap(([path, text]) =>
    [...text.matchAll(/new CodexError\(\s*'([^']+)'/g)].map(([, code = '']) => ({ path, code })),
  )
  expect(thrown.length).toBeGreaterThan(80)
  const unknown = thrown.filter(({ path, code }) => {
    const plugin = /^plugins\/([^/]+)\//.exec(path)?.[1]
    return !Object.hasOwn(errorTable, code) && !(plugin && code.startsWith(`${plugin}.`))
  })
  expect(unknown).toEqual([])
})

test('every event is printed as the schema of --json says, or is one that the events page calls hidden', async () => {
  const printed = new Map<string, unknown>()
  const all = async function* () {
    yield* events
  }
  const keep = (line: string) => {
    const event: { readonly type: string } = JSON.parse(line)
    printed.set(event.type, event)
  }
  for await (const _ of renderJsonLines(all(), keep));
  for (const event of printed.values()) expect(jsonEventSchema.safeParse(event).error).toBeUndefined()
  const known = [...printed.keys(), ...Object.keys(hiddenEvents)]
  expect(known.sort()).toEqual(Object.keys(sampleEvents).sort())
})

test('the rollout page says which lines are written, and what is in them', () => {
  const written = new Map<string, Set<string>>()
  const time = { begun: new Date(0), now: new Date(1) }
  for (const event of events) {
    for (const { type, payload } of rolloutPayloads(event, 'turn-1', time)) {
      const line = type === 'event_msg' ? `event_msg ${String(payload.type)}` : type
      written.set(line, new Set([...(written.get(line) ?? []), ...Object.keys(payload)]))
    }
  }
  expect([...written.keys()].sort()).toEqual(Object.keys(rolloutTable).sort())
  for (const [line, fields] of written) {
    if (line !== 'response_item')
      expect([...fields].sort(), line).toEqual([...(rolloutTable[line]?.fields ?? [])].sort())
  }
})

test('every page that a comment or a page names is there', () => {
  const texts = globSync(
    ['src/**/*.ts', 'plugins/*/src/**/*.ts', 'test/**/*.ts', 'scripts/**/*.ts', '*.md', 'docs/**/*.md'],
    {
      exclude: ['docs/examples/**', 'test/fixtures/**'],
    },
  ).map((path) => [path, readFileSync(path, 'utf8')] as const)
  const missing = texts.flatMap(([path, text]) => {
    // An argument of an example command is a path in the reader's repository.
    const prose = text.replace(/^```.*?^```$/gms, '')
    const named = [...prose.matchAll(/(?<![\w/.-])docs\/[\w./-]+\.(?:md|json)\b/g)].map(([name]) => name)
    return named.filter((name) => !existsSync(name) && name !== 'docs/example.md').map((name) => `${path}: ${name}`)
  })
  expect(missing).toEqual([])
})
